"""Old sources, sources that disagree, and where to turn instead of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.answer import Citation
from assistant.assistant import Assistant
from assistant.conflict import contradicting, contradicts, differ_in_numbers
from assistant.contact import Contact, contacts_for
from assistant.evidence import Evidence
from assistant.extractive import select
from assistant.messages import languages, message
from assistant.notices import notices
from assistant.reader import Reader
from assistant.settings import load_settings
from index.database import open_database
from index.document import Audience, DocumentSummary, Passage, Span
from index.embedding import Embedder
from index.errors import InvalidSetting
from index.generations import Generations
from index.hit import Hit
from index.index import Index
from index.library import Library
from index.scope import PUBLIC_ONLY, Scope
from ingest.pipeline import ingest

TODAY = date(2026, 6, 1)
OPENS = "The office in Marseille opens at 9:00 from Monday to Friday."
OPENS_LATER = "The office in Marseille opens at 10:30 from Monday to Friday."


def evidence(text: str, document: str, day: date | None = None, probability: float = 0.9, title: str = "") -> Evidence:
    span = Span(0, len(text))
    passage = Passage(f"{document}-0", document, text, span, (span,), title, "en", None, None)
    summary = DocumentSummary(document, title, "", "en", day, Audience.PUBLIC, "", 1)
    return Evidence(Hit(passage, summary, 0.0, 0.0, 0.0), span, text, probability, 0.9)


def citation(number: int, day: date | None) -> Citation:
    return Citation(number, "d", "d-0", "", "", "en", None, None, day, "quote", 0, 5, "/documents/d")


def warned(citations: Sequence[Citation], years: float = 3, language: str = "en") -> list[tuple[str, tuple[int, ...]]]:
    found = notices(citations, (), None, old_after_years=years, today=TODAY, language=language)
    return [(notice.kind, notice.citations) for notice in found]


def test_a_source_is_old_after_the_years_of_the_setting() -> None:
    cited = [citation(1, date(2020, 1, 1)), citation(2, date(2024, 1, 1)), citation(3, None)]
    assert warned(cited) == [("old_source", (1,))]
    assert warned(cited, years=2) == [("old_source", (1, 2))]
    assert warned(cited, years=10) == []
    assert warned([citation(1, date(2099, 1, 1))]) == []


@pytest.mark.parametrize("language", languages())
def test_warnings_are_in_the_readers_language(language: str) -> None:
    pair = (citation(1, date(2020, 1, 31)), citation(2, None))
    found = notices(pair, [pair], "model_failed", old_after_years=3, today=TODAY, language=language)
    assert [(notice.kind, notice.citations) for notice in found] == [
        ("model_failed", ()),
        ("conflict", (1, 2)),
        ("old_source", (1,)),
    ]
    assert found[0].text == message("answer_model_failed", language)
    assert all("[1] (" in notice.text for notice in found[1:])
    assert "[2]" in found[1].text


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        (OPENS, OPENS_LATER, "en"),
        ("Applications close on 3 March 2026.", "Applications close on 3 April 2026.", "en"),
        ("Il numero verde dello sportello è 800 555 019.", "Il numero verde dello sportello è 800 555 020.", "it"),
        ("Заявку потрібно подати протягом 30 днів.", "Заявку потрібно подати протягом 60 днів.", "uk"),
    ],
)
def test_a_changed_number_or_date_is_noticed(one: str, other: str, language: str) -> None:
    assert differ_in_numbers(one, other, language) is (one != "Applications close on 3 March 2026.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OPENS, OPENS),
        (OPENS, "The office in Napoli opens at 10:30 from Monday to Friday."),
        (OPENS, "The office in Marseille opens at 10:30 on Saturday and Sunday."),
        ("Monday to Friday, 9 am to 12 am", "Monday to Friday, 10 am to 12 am"),
        ("In 2022 the project helped 386 families in need.", "In 2023 the project helped 402 families in need."),
        (OPENS, "The office in Marseille opens every day from Monday to Friday."),
        ("Tel. 0700 111 222", "Tel. 0700 333 444"),
    ],
)
def test_what_is_said_of_other_things_is_no_conflict(one: str, other: str) -> None:
    assert not differ_in_numbers(one, other, "en")


def test_one_document_does_not_contradict_itself_nor_one_about_another_city() -> None:
    text, later = "The office opens at 9:00 for everybody.", "The office opens at 10:30 for everybody."
    assert contradicts(evidence(text, "a"), evidence(later, "b"))
    assert not contradicts(evidence(text, "a"), evidence(later, "a"))
    assert not contradicts(evidence(text, "a", title="Marseille"), evidence(later, "b", title="Napoli"))


def test_only_what_is_nearly_as_probable_contradicts() -> None:
    shown = [evidence(OPENS, "a")]
    assert contradicting(shown, [*shown, evidence(OPENS_LATER, "b", probability=0.5)])
    assert not contradicting(shown, [*shown, evidence(OPENS_LATER, "b", probability=0.1)])


def test_of_two_that_say_the_same_the_newer_is_shown_first() -> None:
    old, new = evidence(OPENS, "a", date(2019, 1, 1), 0.9), evidence(OPENS_LATER, "b", date(2025, 1, 1), 0.6)
    assert [item.text for item in select([old, new], 4, 0.5)] == [OPENS_LATER, OPENS]
    copy = evidence(OPENS, "c", date(2025, 1, 1), 0.6)
    assert [item.hit.document.id for item in select([old, copy], 4, 0.5)] == ["c"]
    unlikely = replace(new, probability=0.3)
    assert select([old, unlikely], 4, 0.5)[0] is old
    undated = evidence(OPENS, "d", None, 0.95)
    assert select([undated, old], 4, 0.5)[0] is undated


PAGE = (
    '<html lang="en"><head><title>Opening hours {day}</title>'
    '<meta property="article:published_time" content="{day}"></head>'
    "<body><main><h1>Opening hours</h1><p>{text}</p><p>Bring your passport.</p></main></body></html>"
)
OLD, NEW = date.today() - timedelta(days=5 * 365), date.today() - timedelta(days=30)
LINE = Contact("Help line", phone="+39 800 200 309", languages=("it",))
DESK = Contact("Information desk", email="desk@example.org", url="https://example.org/desk")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("versions")
    library = Library(open_database(folder / "data"))
    index = Index(library, embedder, Generations(folder / "data" / "generations", embedder.name))
    for name, day, text in (("old.html", OLD, OPENS), ("new.html", NEW, OPENS_LATER)):
        Path(folder / name).write_text(PAGE.format(day=day.isoformat(), text=text), encoding="utf-8")
    files = [str(folder / name) for name in ("old.html", "new.html")]
    assert ingest(files, lambda: index, library, audience=Audience.PUBLIC).failed == 0
    yield Assistant(index, reader, load_settings(contacts=[DESK, LINE]))
    index.close()


def test_two_versions_are_both_shown_with_their_dates(assistant: Assistant) -> None:
    answer = assistant.answer("When does the office in Marseille open?", scope=PUBLIC_ONLY)
    assert [(c.quote, c.date) for c in answer.citations[:2]] == [(OPENS_LATER, NEW), (OPENS, OLD)]
    assert [statement.text for statement in answer.statements[:2]] == [OPENS_LATER, OPENS]
    assert [(warning.kind, warning.citations) for warning in answer.warnings] == [
        ("conflict", (1, 2)),
        ("old_source", (2,)),
    ]
    assert answer.contacts == ()


def test_no_answer_says_where_to_turn(assistant: Assistant) -> None:
    answer = assistant.answer("What is the capital of Peru?", scope=PUBLIC_ONLY)
    assert (answer.reason, answer.contacts, answer.warnings) == ("weak_evidence", (DESK,), ())
    italian = assistant.answer("Qual è la capitale del Perù?", scope=PUBLIC_ONLY)
    assert italian.contacts == (LINE, DESK)


def test_nothing_found_is_told_apart_from_weak_evidence(assistant: Assistant) -> None:
    answer = assistant.answer("When does the office open?", scope=Scope(frozenset({Audience.INTERNAL})))
    assert (answer.reason, answer.contacts) == ("no_passage", (DESK,))
    assert answer.text == message("answer_no_passage", "en")


def test_contacts_of_a_country_are_for_questions_about_it() -> None:
    rome = Contact("Rome", phone="06 1234", countries=("IT",))
    assert contacts_for([rome, DESK], "en", frozenset({"IT"})) == (rome, DESK)
    assert contacts_for([rome, DESK], "en", frozenset({"FR"})) == (DESK,)
    assert contacts_for([LINE], "en", frozenset()) == (LINE,)


def test_contacts_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISSIONDESK_CONTACTS", '[{"name": "Desk", "phone": "+39 800 1"}]')
    assert load_settings().contacts == (Contact("Desk", phone="+39 800 1"),)


@pytest.mark.parametrize(
    "contact",
    [
        {"name": "Nobody"},
        {"name": "", "phone": "123"},
        {"name": "Desk", "url": "javascript:alert(1)"},
        {"name": "Desk", "url": 'https://example.org/" onclick="x'},
        {"name": "Desk", "phone": "call us"},
        {"name": "Desk", "email": "desk at example.org"},
        {"name": "<b>Desk</b>", "phone": "123"},
        {"name": "Desk", "phone": "123", "fax": "124"},
        {"name": "Desk", "phone": "123", "countries": ["Italy"]},
    ],
)
def test_wrong_contacts_are_refused(contact: dict[str, object]) -> None:
    with pytest.raises(InvalidSetting, match="contacts"):
        load_settings(contacts=[contact])
