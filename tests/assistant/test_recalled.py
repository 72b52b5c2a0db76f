"""Follow-up questions where only the questions before them are known."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.recalled import MOST_RECALLED, recalled
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.assistant.conftest import Build

MARSEILLE = "When does the office in Marseille open?"


def test_nothing_was_asked_before(index: Index) -> None:
    assert recalled(index, "And in Turin?", [], PUBLIC_ONLY) == []
    assert recalled(index, "And in Turin?", ["", " ?! ", "\ud800", "x" * 3000], PUBLIC_ONLY) == []


def test_documents_found_stand_for_those_that_were_cited(index: Index) -> None:
    (exchange,) = recalled(index, "And on which days?", [MARSEILLE], PUBLIC_ONLY)
    titles = [index.library.document(found, PUBLIC_ONLY).title for found in exchange.documents]
    assert titles[0] == "The office in Marseille"
    assert (exchange.question, exchange.searched, exchange.language) == (MARSEILLE, MARSEILLE, "en")


def test_documents_outside_the_scope_are_not_found(index: Index) -> None:
    def titles(scope: Any) -> set[str]:
        (exchange,) = recalled(index, "And its canary?", ["Duty telephone of the Marseille office?"], scope)
        return {index.library.document(found, EVERYTHING).title for found in exchange.documents}

    assert "Duty roster" in titles(EVERYTHING)
    assert "Duty roster" not in titles(PUBLIC_ONLY)


def test_each_question_is_completed_by_those_before_it(index: Index) -> None:
    asked = ["When is the office in Turin open?", "And in Marseille?"]
    exchanges = recalled(index, "And on Fridays?", asked, PUBLIC_ONLY)
    assert [exchange.question for exchange in exchanges] == asked
    assert "office in Marseille open" in exchanges[1].searched


def test_only_the_last_questions_are_searched_again(index: Index) -> None:
    asked = [f"When does office {number} open?" for number in range(50)]
    assert len(recalled(index, "And on Fridays?", asked, PUBLIC_ONLY)) == MOST_RECALLED


def test_nothing_is_searched_for_a_question_of_its_own(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: object, **__: object) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr(index, "search", search)
    (exchange,) = recalled(index, "How long does the language course in Marseille last?", [MARSEILLE], PUBLIC_ONLY)
    assert exchange.documents == ()


def test_a_follow_up_is_answered_with_what_was_asked(index: Index, build: Build) -> None:
    asked = ["When is the office in Turin open?"]
    previous = recalled(index, "And in Marseille?", asked, PUBLIC_ONLY)
    answer = build().answer("And in Marseille?", scope=PUBLIC_ONLY, previous=previous)
    assert answer.searched is not None
    assert "9:00" in answer.text
