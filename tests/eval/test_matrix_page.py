"""The page and the figures of a matrix, from values made up so that every verdict can be checked by hand."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from eval.aims import AIMS
from eval.families import FAMILIES, NTREX, OMOS_QA, XQUAD, Family, Pair
from eval.matrix import Matrix, PairResult
from eval.matrix_page import matrix_report
from eval.metrics import MEASURES
from eval.plot import Dot, DotRow, dot_plot
from eval.report import Report, Table, as_html, as_text
from eval.retrieval import Scores, gains
from eval.ways import WAYS as ALL_WAYS
from eval.ways import Way

QUERIES = 40
WAYS = tuple(way for way in ALL_WAYS if way.name != "fused")


def scores(share: float) -> Scores:
    """`share` of the queries find their text in the first place, the others not at all."""
    values = np.zeros(QUERIES)
    values[: round(share * QUERIES)] = 1
    return Scores(dict.fromkeys(MEASURES, values), 4.25)


def result(family: Family, pair: Pair, dense: float, keywords: float, hybrid: float) -> PairResult:
    found = {"dense": scores(dense), "keywords": scores(keywords), "hybrid": scores(hybrid)}
    return PairResult(family, pair, QUERIES, 240, found, gains(found, WAYS))


def matrix(*results: PairResult, limit: int | None = None) -> Matrix:
    return Matrix(results, date(2026, 1, 2), "a/model", "1.2.3", "7", "dev", limit, 12.5)


MATRIX = matrix(
    result(XQUAD, Pair("en", "en"), 0.95, 0.9, 1.0),
    result(XQUAD, Pair("ro", "ro"), 0.975, 0.925, 0.9),
    result(XQUAD, Pair("ro", "en"), 0.95, 0.2, 0.95),
    result(NTREX, Pair("so", "en"), 0.5, 0.8, 0.3),
)


@pytest.fixture
def report() -> Report:
    return matrix_report(MATRIX, WAYS)


def table(report: Report, beginning: str) -> Table:
    return next(table for table in report.tables if table.title.startswith(beginning))


class TestTables:
    def test_aims_are_judged_one_by_one(self, report: Report) -> None:
        verdicts = {row[0]: row[-1] for row in table(report, "Figures to reach").rows}
        assert len(verdicts) == len(AIMS)
        assert verdicts["XQuAD en → en"] == "reached"
        assert verdicts["XQuAD ro → ro"] == "not reached"
        assert verdicts["XQuAD ro → en"] == "reached"  # exactly as much
        assert verdicts["XQuAD ar → ar"] == "not measured"
        assert verdicts["NTREX so → en"] == "not reached"

    def test_the_greatest_loss_comes_first(self, report: Report) -> None:
        losses = table(report, "Below the better part")
        assert losses.title.startswith("Below the better part: 2 of 4, 1 of them beyond chance")
        assert [(row[0], row[2], row[-1]) for row in losses.rows] == [
            ("NTREX so → en, hybrid", "keywords 0.800", "below"),
            ("XQuAD ro → ro, hybrid", "dense 0.975", "within chance"),
            ("XQuAD ro → en, hybrid", "dense 0.950", "not below"),
            ("XQuAD en → en, hybrid", "dense 0.950", "not below"),
        ]
        assert losses.rows[0][3].startswith("-0.500 (-0.6")

    def test_published_figures_stand_beside_their_like(self, report: Report) -> None:
        rows = {row[0]: row for row in table(report, "Beside published").rows}
        assert rows["XQuAD en: multilingual-e5-large"][1:] == ("0.984", "hybrid", "1.0000 (1.000–1.000)", "reached")
        assert rows["XQuAD ro: BM25"][2::2] == ("keywords", "reached")
        assert rows["XQuAD en: multilingual-e5-small"][2::2] == ("dense", "not reached")
        assert rows["XQuAD es: BM25"][-1] == "not measured"

    def test_grid_has_questions_down_and_texts_across(self, report: Report) -> None:
        grid = table(report, "XQuAD: nDCG@10, hybrid")
        assert (grid.columns, grid.rows) == (("", "en", "ro"), [("en", "1.000", "–"), ("ro", "0.950", "0.900")])

    def test_a_further_way_is_taken_up(self) -> None:
        ways = (*WAYS, Way("re-ranked", WAYS[-1].search))
        found = {name: scores(share) for name, share in (("dense", 0.9), ("keywords", 0.8), ("hybrid", 0.95))}
        found["re-ranked"] = scores(0.85)
        pair = PairResult(XQUAD, Pair("en", "en"), QUERIES, 240, found, gains(found, ways))
        report = matrix_report(matrix(pair), ways)
        assert [row[0] for row in table(report, "Below").rows] == ["XQuAD en → en, re-ranked", "XQuAD en → en, hybrid"]
        assert table(report, "XQuAD: nDCG@10, re-ranked").rows == [("en", "0.850")]
        assert "en → en, re-ranked: 0.850" in as_html(report)

    def test_printed_are_aims_and_losses(self, report: Report) -> None:
        printed = [as_text(table) for table in report.tables if not table.page_only]
        assert [text.split(":")[0] for text in printed] == ["Figures to reach", "Below the better part"]

    def test_a_part_of_the_questions_is_said_to_be_one(self) -> None:
        assert "first 30 questions" in matrix_report(matrix(*MATRIX.results, limit=30), WAYS).notes[0]
        assert "first" not in matrix_report(MATRIX, WAYS).notes[0]

    def test_figures_are_those_of_the_tables(self, report: Report) -> None:
        figures = json.loads(json.dumps(report.figures))
        assert (figures["date"], figures["model"], figures["version"]) == ("2026-01-02", "a/model", "1.2.3")
        somali = next(pair for pair in figures["pairs"] if pair["questions"] == "so")
        assert somali["keywords"]["ndcg@10"]["mean"] == 0.8
        assert somali["keywords"]["ndcg@10"]["low"] < 0.8 < somali["keywords"]["ndcg@10"]["high"]
        assert (somali["gains"]["hybrid"]["over"], somali["gains"]["hybrid"]["mean"]) == ("keywords", -0.5)
        aims = {aim["what"]: aim["reached"] for aim in figures["aims"]}
        assert (aims["xquad en-en"], aims["xquad ro-ro"], aims["xquad ar-ar"]) == (True, False, None)


class Reader(HTMLParser):
    """Tags in order, and what they refer to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action"}]


class TestPage:
    def test_stands_alone(self, report: Report) -> None:
        page = as_html(report)
        reader = Reader(page)
        assert reader.addresses == []
        assert not {"script", "link", "img", "iframe"} & set(reader.tags)
        assert not re.search(r"https?:|@import|@font-face|url\(", page)

    def test_has_a_plot_for_each_family_that_was_measured(self, report: Report) -> None:
        assert Reader(as_html(report)).tags.count("svg") == 2

    def test_says_what_it_was_measured_with(self, report: Report) -> None:
        page = as_html(report)
        assert all(part in page for part in ("2026-01-02", "a/model", "missiondesk 1.2.3", "dev questions", "12.5 ms"))

    def test_verdicts_are_words_that_stand_out(self, report: Report) -> None:
        page = as_html(report)
        assert 'class="good">reached<' in page
        assert 'class="bad">not reached<' in page

    def test_the_better_the_darker(self, report: Report) -> None:
        page = as_html(report)
        assert 'style="--shade: 60%">1.000<' in page
        assert 'style="--shade: 50%">0.900<' in page

    def test_tables_name_their_rows_and_columns(self, report: Report) -> None:
        page = as_html(report)
        assert page.count("<table") == page.count('class="wide"') == len(report.tables)
        assert '<th scope="row" dir="auto">XQuAD en → en</th>' in page
        assert '<th scope="col">verdict</th>' in page


class TestPlot:
    ROW = DotRow("a → <b>", [Dot("dense", 0.7, 0.6, 0.8), Dot("hybrid", 0.9, 0.85, 1.0, aim=0.95, published=0.55)])

    def test_is_well_formed_and_has_a_name(self) -> None:
        svg = ElementTree.fromstring(dot_plot("Some & more", [self.ROW]))
        assert svg.get("role") == "img"
        assert (svg.get("aria-label") or "").startswith("Some & more")
        assert [title.text for title in svg.iter("title")] == [
            "a → <b>, dense: 0.700 (0.600 to 0.800)",
            "a → <b>, hybrid: 0.900 (0.850 to 1.000)",
        ]

    def test_everything_lies_inside(self) -> None:
        svg = ElementTree.fromstring(dot_plot("Plot", [self.ROW] * 5))
        _, _, width, height = map(float, (svg.get("viewBox") or "").split())
        for element in svg.iter():
            for name, value in element.attrib.items():
                if name in {"x", "x1", "x2", "cx"}:
                    assert 0 <= float(value) <= width
                if name in {"y", "y1", "y2", "cy"}:
                    assert 0 <= float(value) <= height

    def test_greater_is_further_right(self) -> None:
        svg = ElementTree.fromstring(dot_plot("Plot", [self.ROW]))
        dense, hybrid = (line for line in svg.iter("line") if "interval" in (line.get("class") or ""))
        assert float(dense.get("x1") or 0) < float(dense.get("x2") or 0) < float(hybrid.get("x1") or 0)


def test_families_are_those_with_aims() -> None:
    assert {aim.family for aim in AIMS} == set(FAMILIES.values()) == {XQUAD, OMOS_QA, NTREX}
