from __future__ import annotations

import re

import pytest

from assistant.answer import Answer
from assistant.events import Delta, Sources
from assistant.messages import message
from index.errors import InvalidRequest
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.assistant.conftest import Build
from tests.odd_questions import NO_QUESTIONS, ODD_QUESTIONS


def assert_sound(answer: Answer, build: Build) -> None:
    """What holds of every answer: quotes are the source's characters, and every statement has its citations."""
    assistant = build()
    for citation in answer.citations:
        document = assistant.document(citation.document_id, scope=EVERYTHING)
        assert citation.quote == document.text[citation.start : citation.end]
        assert citation.url == (
            f"/documents/{citation.document_id}?start={citation.start}&end={citation.end}#p{citation.start}"
        )
    numbers = {citation.number for citation in answer.citations}
    for statement in answer.statements:
        assert statement.citations
        assert set(statement.citations) <= numbers
        assert 0 <= statement.support <= 1
        assert statement.text in answer.text


@pytest.mark.parametrize(
    ("question", "language", "quote"),
    [
        ("When does the office in Marseille open?", "en", "opens at 9:00"),
        ("Quante famiglie ha assistito lo sportello di Torino?", "it", "386 famiglie"),
        ("Cât durează cursul de limbă din Marseille?", "ro", "12 weeks"),
        ("Combien de familles ont été aidées à Torino en 2023 ?", "fr", "386 famiglie"),
    ],
)
def test_a_question_is_answered_with_the_sources_own_words(
    build: Build, question: str, language: str, quote: str
) -> None:
    answer = build().answer(question, scope=PUBLIC_ONLY)
    assert (answer.status, answer.language, answer.answered_by) == ("answered", language, "extractive")
    assert quote in " ".join(citation.quote for citation in answer.citations[:2])
    assert_sound(answer, build)


@pytest.mark.parametrize(
    ("question", "language"),
    [("What is the capital of Peru?", "en"), ("¿Quién ganó el Mundial de fútbol?", "es"), ("ما هي عاصمة بيرو؟", "ar")],
)
def test_what_no_document_says_is_not_answered(build: Build, question: str, language: str) -> None:
    answer = build().answer(question, scope=EVERYTHING)
    assert (answer.status, answer.reason, answer.citations) == ("no_answer", "weak_evidence", ())
    assert answer.text == message("answer_weak_evidence", language)


def test_an_internal_document_is_told_to_staff_only(build: Build) -> None:
    question = "What is the duty telephone of the Marseille office?"
    staff = build().answer(question, scope=EVERYTHING)
    assert "0700 111 222" in staff.text
    sources, *events = build().stream(question, scope=PUBLIC_ONLY)
    assert isinstance(sources, Sources)
    told = repr(sources.citations) + "".join(repr(event.text) for event in events if isinstance(event, Answer))
    assert not re.search("0700|Quetzal|Duty roster", told)


def test_a_stream_is_sources_then_proven_statements_then_the_whole(build: Build) -> None:
    first, *deltas, last = build().stream("When does the office in Marseille open?", scope=PUBLIC_ONLY)
    assert isinstance(first, Sources)
    assert first.citations
    assert isinstance(last, Answer)
    assert all(isinstance(delta, Delta) for delta in deltas)
    assert tuple(delta.statement for delta in deltas if isinstance(delta, Delta)) == last.statements
    assert tuple(c for delta in deltas if isinstance(delta, Delta) for c in delta.citations) == last.citations


@pytest.mark.parametrize("question", NO_QUESTIONS.values(), ids=NO_QUESTIONS.keys())
def test_questions_without_words_or_without_end_are_refused(build: Build, question: str) -> None:
    with pytest.raises(InvalidRequest):
        build().answer(question, scope=EVERYTHING)
    with pytest.raises(InvalidRequest):
        build().stream(question, scope=EVERYTHING)
    with pytest.raises(InvalidRequest):
        build().search(question, scope=EVERYTHING)


@pytest.mark.parametrize("question", ODD_QUESTIONS.values(), ids=ODD_QUESTIONS.keys())
def test_odd_questions_are_answered_or_declined(build: Build, question: str) -> None:
    answer = build().answer(question, scope=EVERYTHING)
    assert answer.status in {"answered", "no_answer"}
    assert answer.question == question.strip()
    assert_sound(answer, build)
    page = build().search(question, scope=EVERYTHING)
    assert page.total >= len(page.hits)


@pytest.mark.parametrize("language", ["ar", "so", "xx", "zz-ZZ", ""])
def test_a_wrong_language_changes_the_words_around_the_answer_and_not_the_answer(build: Build, language: str) -> None:
    question = "When does the office in Marseille open?"
    answer = build().answer(question, scope=PUBLIC_ONLY, language=language)
    assert answer.text == build().answer(question, scope=PUBLIC_ONLY).text
    assert answer.language == (language or "en")
    declined = build().answer("What is the capital of Peru?", scope=PUBLIC_ONLY, language=language)
    assert declined.text == message("answer_weak_evidence", language)


def test_the_operating_point_is_a_setting(build: Build) -> None:
    question = "When does the office in Marseille open?"
    assert build(answer_probability=0.9999).answer(question, scope=EVERYTHING).reason == "weak_evidence"
    assert build(answer_probability=0.0001).answer("capital of Peru", scope=EVERYTHING).status == "answered"


def test_search_pages_have_facets_that_count(build: Build) -> None:
    page = build().search("office", scope=EVERYTHING, limit=2)
    assert len(page.hits) <= 2 <= page.total
    counts = {facet.value: facet.count for facet in page.facets if facet.field == "language"}
    assert sum(counts.values()) == page.total
    assert {hit.document.audience.value for hit in build().search("office", scope=PUBLIC_ONLY).hits} == {"public"}
