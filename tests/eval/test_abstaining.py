"""Reliability and precision and recall of declining, and that their plots show them."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from eval.abstaining import Judged, abstaining_report, declining_curve, measures_of, reliability_of
from eval.curves import Curve, curve_plot
from eval.report import as_html


def judged(*pairs: tuple[float, bool], language: str = "en") -> list[Judged]:
    return [Judged(language, probability, answerable) for probability, answerable in pairs]


FOUR = judged((0.1, False), (0.2, True), (0.6, False), (0.9, True))


def test_declining_is_measured_at_the_operating_point() -> None:
    figures = measures_of(FOUR, 0.5)
    assert (figures["questions"], figures["answerable"]) == (4, 2)
    assert (figures["declined_precision"], figures["declined_recall"], figures["answered_recall"]) == (0.5, 0.5, 0.5)
    assert figures["brier"] == pytest.approx((0.01 + 0.64 + 0.36 + 0.01) / 4, abs=1e-3)


def test_nothing_declined_is_no_division_by_nothing() -> None:
    assert measures_of(FOUR, 0.0)["declined_precision"] == 0.0


def test_sure_and_right_has_no_error_and_sure_and_wrong_has_all() -> None:
    right = judged(*[(0.0, False)] * 6, *[(1.0, True)] * 6)
    wrong = judged(*[(1.0, False)] * 6, *[(0.0, True)] * 6)
    assert measures_of(right, 0.5)["calibration_error"] == 0.0
    assert measures_of(wrong, 0.5)["calibration_error"] == 1.0


def test_reliability_goes_from_the_least_probable_to_the_most() -> None:
    points = reliability_of(judged(*[(number / 60, number >= 30) for number in range(60)]))
    assert [share for _, share in points] == [0, 0, 0, 1, 1, 1]
    assert points[0][0] == pytest.approx(4.5 / 60)


def test_the_curve_of_declining_ends_where_all_are_declined() -> None:
    assert declining_curve(FOUR)[0] == (0.0, 1.0)
    assert (1.0, 2 / 3) in declining_curve(FOUR)
    assert declining_curve(FOUR)[-1] == (1.0, 0.5)


def test_the_report_has_a_row_and_a_curve_for_each_language() -> None:
    questions = [*FOUR, *judged((0.3, False), (0.4, True), language="uk")]
    report = abstaining_report(questions, 0.5)
    assert [row[0] for row in report.tables[0].rows] == ["all", "en", "uk"]
    page = as_html(report)
    assert page.count("<title>uk</title>") == 2
    assert 'dir="auto">uk</th>' in page


def test_a_curve_is_drawn_from_its_first_point_to_its_last() -> None:
    svg = fromstring(curve_plot("Title", "x", "y", [Curve("one", [(0.0, 1.0), (1.0, 0.0)])]))
    line = svg.find("g/polyline")
    assert line is not None
    assert line.get("points") == "44.0,14.0 304.0,274.0"
