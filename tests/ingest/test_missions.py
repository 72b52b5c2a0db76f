"""The five real texts: navigation, slogans and letterhead go; nothing of the bodies is lost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from index.document import DocumentDraft
from ingest.cleaning import clean_line
from tests.ingest.checks import check_document
from tests.ingest.conftest import MakeDocument

Missions = dict[str, DocumentDraft]
FIRST_OWN_WORDS = {
    "000": "Sixteen local authorities awarded",
    "001": "L'OIM si impegna affinchè",
    "002": "24 Nov 2011",
    "003": "Programul Național",
    "004": "The Recovery and Durable (RDS) unit",
}
FRAME = [
    "IOM has had a presence in Moldova since 2001.",
    "IOM has had a presence in Somalia since 2006.",
    "WHO WE ARE",
    "Our Work",
    "IOM Global",
    "Cross-cutting",
    "Data and Resources",
    "2030 Agenda",
    "Agenda 2030",
    "Chi siamo",
    "OIM Global",
    "175 stati membri",
    "Download this presentation",
    "UNIUNEA EUROPEANĂ",
    "Inspectoratul General",
    "Nerambursabile",
]


@pytest.fixture
def missions(shared_data: Path, make_document: MakeDocument) -> Missions:
    folder = shared_data / "documents" / "missions"
    return {path.name[:3]: make_document(path.read_bytes(), path.name) for path in sorted(folder.glob("*.txt"))}


def test_each_text_begins_with_its_own_words(missions: Missions) -> None:
    for name, words in FIRST_OWN_WORDS.items():
        assert missions[name].text.startswith(words)


@pytest.mark.parametrize("words", FRAME)
def test_no_word_of_the_frame_is_stored(missions: Missions, words: str) -> None:
    assert not [name for name, draft in missions.items() if words in draft.text]


def test_every_line_after_the_frame_is_stored(missions: Missions, shared_data: Path) -> None:
    for path in sorted((shared_data / "documents" / "missions").glob("*.txt")):
        name = path.name[:3]
        raw = path.read_text("utf-8")
        own = raw[raw.index(FIRST_OWN_WORDS[name]) :]
        stored = clean_line(missions[name].text)
        lines = [clean_line(line).lstrip("-• ") for line in own.split("\n")]
        lost = [line for line in lines if line not in stored and line != "***"]
        assert lost == (["Download this presentation"] if name == "002" else [])


def test_the_expected_quotes_are_in_one_passage(missions: Missions) -> None:
    questions = (Path(__file__).parents[1] / "data" / "missions_questions.jsonl").read_text("utf-8").splitlines()
    for question in map(json.loads, questions):
        if question["answerable"]:
            draft = missions[question["document"][:3]]
            bodies = [draft.text[p.span.start : p.span.end] for p in draft.passages]
            assert any(question["quote"] in body for body in bodies), question["quote"]


def test_titles(missions: Missions) -> None:
    assert missions["000"].title == (
        "Sixteen local authorities awarded by the International Organization for Migration to improve social cohesion "
        "of Ukrainian refugees in local communities"
    )
    assert missions["001"].title.startswith("L'OIM si impegna affinchè venga garantito")
    assert len(missions["001"].title) <= 90
    assert missions["002"].title == "IOM Italy Migration and Health Unit and Psychosocial Unit"
    assert missions["003"].title.startswith("Cea de-a doua întâlnire trimestrială de coordonare")
    assert missions["004"].title.startswith("The Recovery and Durable (RDS) unit promotes")


def test_dates_and_languages(missions: Missions) -> None:
    assert {name: draft.date for name, draft in missions.items()} == {
        "000": None,
        "001": None,
        "002": date(2011, 11, 24),
        "003": date(2016, 12, 9),
        "004": None,
    }
    assert [missions[name].language for name in sorted(missions)] == ["en", "it", "en", "ro", "en"]


def test_spans(missions: Missions) -> None:
    for draft in missions.values():
        check_document(draft)


def test_items_are_sentences_and_headings_are_not_glued(missions: Missions) -> None:
    draft = missions["004"]
    quotes = [draft.text[s.start : s.end] for passage in draft.passages for s in passage.sentences]
    assert "Midnimo Approach" in quotes
    assert "Supporting grassroots intercommunal mediation efforts" in quotes
    assert missions["002"].passages[0].language == "en"


def test_a_list_stays_with_its_lead_in(missions: Missions) -> None:
    draft = missions["001"]
    first, second = draft.passages[0], draft.passages[1]
    assert "A tal fine, OIM lavora per:\n\n• Rafforzare" in draft.text[first.span.start : first.span.end]
    assert "A tal fine, OIM lavora per:" in second.context


def test_sections_and_contexts(missions: Missions) -> None:
    sections = [passage.section for passage in missions["004"].passages]
    assert sections[0] is None
    assert sections[-1] == "Stabilization"
    assert missions["004"].passages[-1].context.startswith("The Recovery and Durable (RDS) unit")
