from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.evidence import Evidence, of_best_passages
from assistant.extractive import select
from index.document import Audience, DocumentSummary, Passage, Span
from index.hit import Hit

LEAST = 0.5


def sentence(text: str, probability: float, support: float = 0.0, document: str = "d", start: int = 0) -> Evidence:
    span = Span(start, start + len(text))
    passage = Passage(f"{document}-{start // 100}", document, text, span, (span,), "", "en", None, None)
    summary = DocumentSummary(document, "", "", "en", None, Audience.PUBLIC, "", 1)
    return Evidence(Hit(passage, summary, 0.0, 0.0, 0.0), span, text, probability, support)


def texts(evidence: list[Evidence], most: int = 4) -> list[str]:
    return [item.text for item in select(evidence, most, LEAST)]


def test_one_sure_sentence_stands_alone() -> None:
    assert texts([sentence("Sure.", 0.9), sentence("Unlikely.", 0.1)]) == ["Sure."]


def test_the_second_is_shown_where_it_is_in_doubt_which_answers() -> None:
    assert texts([sentence("One.", 0.3), sentence("Two.", 0.5), sentence("Three.", 0.2)]) == ["Two.", "One."]


def test_what_belongs_to_the_answer_is_shown_in_the_documents_order() -> None:
    found = [
        sentence("Best.", 0.9, start=50),
        sentence("Third.", 0.02, 0.8, start=90),
        sentence("Second.", 0.03, 0.9, start=70),
        sentence("Fourth.", 0.01, 0.7, start=20),
    ]
    assert texts(found) == ["Best.", "Second.", "Fourth.", "Third."]
    assert texts(found, most=2) == ["Best.", "Second."]


def test_what_other_passages_say_beside_it_is_not_shown() -> None:
    found = [sentence("Best.", 0.9), sentence("Of another place.", 0.02, 0.9, start=300)]
    assert texts(found) == ["Best."]


@pytest.mark.parametrize("line", ["Opening hours", "You need:", "ساعات العمل"])
def test_headings_and_lead_ins_are_not_shown_beside_the_answer(line: str) -> None:
    assert texts([sentence("From 9 to 12.", 0.9), sentence(line, 0.02, 0.9, start=20)]) == ["From 9 to 12."]


def test_list_items_with_numbers_are_shown_beside_the_answer() -> None:
    found = [sentence("Monday, 9 to 12", 0.9), sentence("Tuesday, 14 to 17", 0.02, 0.9, start=20)]
    assert texts(found) == ["Monday, 9 to 12", "Tuesday, 14 to 17"]


def test_a_repeated_sentence_counts_once() -> None:
    assert texts([sentence("Same  text.", 0.9, 0.9), sentence("same text.", 0.8, 0.9, "other")]) == ["Same  text."]


def test_no_evidence_is_no_answer() -> None:
    assert texts([]) == []


@pytest.mark.parametrize("most", [1, 2, 3])
def test_the_passages_with_the_best_sentences_are_told(most: int) -> None:
    found = [sentence("Low.", 0.1), sentence("High.", 0.9, start=100), sentence("Middle.", 0.5, start=200)]
    beside = replace(found[1], text="Beside it.", probability=0.0)
    told = [item.text for item in of_best_passages([*found, beside], most)]
    assert told == ["High.", "Beside it.", "Middle.", "Low."][: most + 1]
