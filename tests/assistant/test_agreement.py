"""Places, years and codes of a question against those of the passages, on documents in which Torino is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.agreement import asked_by, codes_of, is_of_another, speaks_of_another, years_of
from assistant.assistant import Assistant
from assistant.places import asked_places_of, places_of
from assistant.reader import Reader
from assistant.settings import load_settings
from index.database import open_database
from index.document import Audience, DocumentSummary, Passage, Span
from index.embedding import Embedder
from index.generations import Generations
from index.hit import Hit
from index.index import Index
from index.library import Library
from index.scope import PUBLIC_ONLY
from ingest.pipeline import ingest

OFFICES = {
    "marseille.md": "# The office in Marseille\n\nThe office in Marseille opens at 9:00 from Monday to Friday. "
    "Bring your passport and two photographs.",
    "napoli.md": "# Lo sportello di Napoli\n\nLo sportello di Napoli apre alle 10:30 dal martedì al sabato. "
    "Portare un documento e due fotografie.",
    "course.md": "# Language courses\n\nThe language course lasts 12 weeks and is free of charge.",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("offices")
    library = Library(open_database(folder / "data"))
    index = Index(library, embedder, Generations(folder / "data" / "generations", embedder.name))
    for name, text in OFFICES.items():
        Path(folder / name).write_text(text, encoding="utf-8")
    assert (
        ingest([str(folder / name) for name in OFFICES], lambda: index, library, audience=Audience.PUBLIC).failed == 0
    )
    yield Assistant(index, reader, load_settings())
    index.close()


ABOUT_TORINO = {
    "en": "When does the office in Torino open?",
    "en translated": "When does the office in Turin open?",
    "en small letters": "when does the office in torino open",
    "it": "Quando apre lo sportello di Torino?",
    "ro": "Când se deschide biroul din Torino?",
    "fr": "Quand ouvre le bureau de Turin ?",
    "ar": "متى يفتح المكتب في تورينو؟",
    "uk": "Коли відкривається офіс у Турині?",
}
ABOUT_MARSEILLE = {
    "en": "When does the office in Marseille open?",
    "it": "Quando apre lo sportello di Marsiglia?",
    "ro": "Când se deschide biroul din Marsilia?",
    "fr": "Quand ouvre le bureau de Marseille ?",
    "ar": "متى يفتح المكتب في مرسيليا؟",
    "uk": "Коли відкривається офіс у Марселі?",
}


@pytest.mark.parametrize("question", ABOUT_TORINO.values(), ids=ABOUT_TORINO.keys())
def test_the_hours_of_another_office_are_no_answer(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question, scope=PUBLIC_ONLY)
    assert (answer.status, answer.reason, answer.citations) == ("no_answer", "weak_evidence", ())


@pytest.mark.parametrize("question", ABOUT_MARSEILLE.values(), ids=ABOUT_MARSEILLE.keys())
def test_an_office_is_found_by_its_name_in_every_language(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question, scope=PUBLIC_ONLY)
    assert answer.status == "answered"
    assert "9:00" in answer.citations[0].quote
    assert not any("10:30" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("When does the office open?", "opens at 9:00"),
        ("Quando apre lo sportello?", "apre alle 10:30"),
        ("Quando apre lo sportello in Italia?", "apre alle 10:30"),
        ("How long is the language course in Torino?", "12 weeks"),
    ],
)
def test_what_names_no_other_place_is_answered(assistant: Assistant, question: str, quote: str) -> None:
    answer = assistant.answer(question, scope=PUBLIC_ONLY)
    assert answer.status == "answered"
    assert quote in " ".join(citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the office in Naples"),
        ("it", "l'ufficio di Napoli"),
        ("ro", "biroul din Napoli"),
        ("fr", "le bureau de Naples"),
        ("es", "la oficina de Nápoles"),
        ("ar", "المكتب في نابولي"),
        ("ar", "والمكتب بنابولي"),
        ("uk", "офіс у Неаполі"),
        ("ru", "офис в Неаполе"),
    ],
)
def test_a_city_is_one_in_all_languages(language: str, text: str) -> None:
    (napoli,) = places_of("Napoli", "it")
    assert [place.fits(napoli) for place in places_of(text, language)] == [True]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Moldova"), ("ro", "Republica Moldovei"), ("uk", "до Молдови"), ("ar", "في مولدوفا"), ("it", "Moldavia")],
)
def test_a_country_is_one_in_all_languages(language: str, text: str) -> None:
    assert any("MD" in place.countries for place in places_of(text, language))


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Which Forms does the Office take?"),
        ("de", "Wo finde ich den Antrag für das Essen?"),
        ("it", "Come si compila il modulo?"),
        ("es", "¿Para quién es el curso?"),
        ("ar", "ما هي مدة الدورة في المدينة؟"),
        ("uk", "Коли він відкривається?"),
        ("en", "Does UNHCR or IOM help?"),
    ],
)
def test_everyday_words_are_no_places(language: str, question: str) -> None:
    assert [place for place in asked_places_of(question, language) if place.name != "essen"] == []


def hit(text: str, title: str = "", day: date | None = None, country: str | None = None) -> Hit:
    """A passage whose sentences are its lines."""
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    passage = Passage("p", "d", text, Span(0, len(text)), tuple(spans), title, "en", None, None)
    summary = DocumentSummary("d", title, "", "en", day, Audience.PUBLIC, "", 1, country=country)
    return Hit(passage, summary, 0.0, 0.0, 0.0)


def spoken_of(question: str, found: Hit) -> list[bool]:
    """For each sentence of a passage, whether it may answer."""
    asked = asked_by(question, "en")
    another = is_of_another(asked, found)
    return [not another and not speaks_of_another(asked, found, span) for span in found.passage.sentences]


OFFICE_LIST = "Offices of the mission.\nTorino: via Roma 1.\nIt opens at 9.\nMarseille: rue Longue 2.\nIt opens at 10."


def test_in_a_list_of_offices_each_sentence_is_about_the_last_one_named() -> None:
    asked = "When does the office in Turin open?"
    assert spoken_of(asked, hit(OFFICE_LIST)) == [True, True, True, False, False]
    assert spoken_of(asked, hit(OFFICE_LIST, "Marseille")) == [True, True, True, False, False]
    assert spoken_of("When does the office in Oulx open?", hit(OFFICE_LIST)) == [False] * 5


def test_title_and_section_speak_for_what_stands_below_them() -> None:
    below = hit("From here trains go to Milano.\nIt opens at 9.", "Torino")
    assert spoken_of("When does the office in Turin open?", below) == [True, True]


def test_the_documents_country_and_date_count() -> None:
    text = "We helped 200 families.\nIn Marseille it was 2019."
    assert spoken_of("How many families in Italy?", hit(text)) == [True, True]
    assert spoken_of("How many families in Italy?", hit(text, country="FR")) == [False, False]
    assert spoken_of("How many families in 2021?", hit(text)) == [False, False]
    assert spoken_of("How many families in 2021?", hit(text, day=date(2021, 5, 1))) == [True, True]


def test_codes_are_compared_where_there_are_others() -> None:
    question = "What does decree 142/2015 say?"
    assert spoken_of(question, hit("The decree 25/2008 says so.")) == [False]
    assert spoken_of(question, hit("Decree 142/2015 says so.")) == [True]
    assert spoken_of(question, hit("The decree says so.")) == [True]
    assert codes_of("form I-589, D.Lgs. 142/2015") == {"I589", "142/2015"}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2014-2016", {2014, 2015, 2016}),
        ("2019/20", {2019, 2020}),
        ("في ٢٠٢٣", {2023}),
        ("room 2014a, 12.2014.3", set()),
        ("2030-1990", {2030}),
    ],
)
def test_years_and_ranges(text: str, years: set[int]) -> None:
    assert years_of(text) == years


def test_a_passage_of_another_language_keeps_its_own_rules() -> None:
    found = hit("Biroul din Marsilia se deschide la 9.")
    found = replace(found, passage=replace(found.passage, language="ro"))
    assert spoken_of("When does the office in Marseille open?", found) == [True]
    assert spoken_of("When does the office in Turin open?", found) == [False]
