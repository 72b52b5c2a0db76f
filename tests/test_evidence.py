"""What `eval evidence` computes, and the gate on lines that people marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.calibration import load_calibration
from assistant.reader import Reader
from eval.evidence import Marked, flattened, marked, measures_of, read_pages

# The gate: the dev split in German, and the French questions put to the English pages. Just under what was measured.
LEAST = {
    ("de", "de"): {"precision": 0.61, "f1": 0.56, "unanswerable f1": 0.73},
    ("fr", "en"): {"precision": 0.57, "f1": 0.50, "unanswerable f1": 0.58},
}


def lines(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def test_measures_are_means_over_questions() -> None:
    asked = [
        Marked(lines(1, 2), lines(1)),  # precision 1, recall 1/2
        Marked(lines(3), lines(3, 4)),  # precision 1/2, recall 1
        Marked(lines(5), lines()),  # wrongly declined: recall 0, no precision
        Marked(lines(), lines()),  # rightly declined
        Marked(lines(), lines(7)),  # answered though nothing answers
    ]
    figures = flattened(measures_of(asked))
    assert figures["precision"] == 0.75
    assert figures["recall"] == 0.5
    assert figures["f1"] == 0.6
    assert figures["f1_of_questions"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3, abs=1e-4)
    assert (figures["unanswerable precision"], figures["unanswerable recall"]) == (0.5, 0.5)


def test_nothing_found_is_no_division_by_nothing() -> None:
    assert set(flattened(measures_of([Marked(lines(1), lines())])).values()) == {0.0}


@pytest.mark.parametrize(("asked", "pages"), list(LEAST))
def test_lines_that_people_marked_are_found(asked: str, pages: str, shared_data: Path, reader: Reader) -> None:
    omos = shared_data / "omos_qa"
    calibration = load_calibration()
    read = read_pages(omos / asked, omos / pages, "dev", None, reader)
    figures = flattened(measures_of(marked(read, calibration.least_evidence)))
    assert {name: figures[name] for name, least in LEAST[asked, pages].items() if figures[name] < least} == {}
