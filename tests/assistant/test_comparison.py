"""What sources in different languages say on one question: grouped, each page once, disagreements as far as found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant.assistant import Assistant
from assistant.comparison import MOST_GROUPS
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_generations, open_library
from index.condition import Not, OneOf
from index.document import Audience
from index.embedding import Embedder
from index.errors import InvalidRequest
from index.hit import Filters
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest

QUESTION = "How long does the language course in Vellmar last?"
DOCUMENTS = {
    "course.en.md": ("IT", "# Language course\n\nThe language course in Vellmar lasts ten weeks and is free."),
    "course.it.md": ("IT", "# Corso di lingua\n\nIl corso di lingua a Vellmar dura dieci settimane ed è gratuito."),
    "leaflet.md": ("IT", "# Leaflet\n\nThe language course in Vellmar lasts 12 weeks for all newcomers in town."),
    "older.md": ("IT", "# Older leaflet\n\nThe language course in Vellmar lasts 14 weeks for all newcomers in town."),
    "curs.md": ("RO", "# Cursul de limbă\n\nCursul de limbă din Vellmar durează opt săptămâni și este gratuit."),
    "dentista.md": ("", "# Dentista\n\nLo studio dentistico riceve i bambini ogni mercoledì mattina alle nove."),
}  # fmt: skip
SECRET = "The language course in Vellmar lasts 99 weeks, says CANARY-1."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("comparison")
    settings = load_settings(data_dir=folder / "data")
    index = Index(open_library(settings), embedder, open_generations(settings, embedder.name))
    public, internal = folder / "public", folder / "internal"
    for place in (public, internal):
        place.mkdir()
    for name, (_, text) in DOCUMENTS.items():
        (public / name).write_text(text, encoding="utf-8")
    themes = {"leaflet.md": "leaflets", "older.md": "leaflets"}
    rows = [f"{name},{country},{themes.get(name, 'courses')}" for name, (country, _) in DOCUMENTS.items()]
    (public / "metadata.csv").write_text("\n".join(["file,country,theme", *rows]) + "\n", encoding="utf-8")
    (internal / "note.md").write_text(f"# Note\n\n{SECRET}", encoding="utf-8")
    with closing(index):
        for place, audience in ((public, Audience.PUBLIC), (internal, Audience.INTERNAL)):
            report = ingest([str(place)], lambda: index, index.library, audience=audience)
            assert report.failed == 0, report.items
        yield Assistant(index, reader, settings)


def test_each_language_and_country_speaks_for_itself(assistant: Assistant) -> None:
    found = assistant.compare(QUESTION, scope=PUBLIC_ONLY)
    places = [(said.group.language, said.group.country) for said in found.said]
    assert places[0] == ("en", "IT"), "the question's language first"
    assert ("ro", "RO") in places
    assert places == sorted(places, key=places.index), "each group in one piece"
    assert [said.citation.number for said in found.said] == list(range(1, len(found.said) + 1))
    for said in found.said:
        document = assistant.document(said.citation.document_id, scope=PUBLIC_ONLY)
        assert said.citation.quote == document.text[said.citation.start : said.citation.end]
        assert (document.country, said.citation.language) == (said.group.country, said.group.language)


def test_the_translations_of_one_page_count_once(assistant: Assistant) -> None:
    found = assistant.compare(QUESTION, scope=PUBLIC_ONLY, filters=Filters(where=Not(OneOf("theme", ("leaflets",)))))
    also = {said.citation.title: said.also_in for said in found.said}
    assert also == {"Language course": ("it",), "Cursul de limbă": ()}
    italian = assistant.compare(QUESTION, scope=PUBLIC_ONLY, filters=Filters(language=("it",)))
    assert {each.citation.title for each in italian.said} == {"Corso di lingua"}
    assert italian.said[0].also_in == ("en",)


def test_what_says_nothing_on_it_is_told_as_that(assistant: Assistant) -> None:
    found = assistant.compare(QUESTION, scope=PUBLIC_ONLY)
    assert ("it", None) in {(group.language, group.country) for group in found.silent}
    assert not {each.group for each in found.said} & set(found.silent)
    nothing = assistant.compare("What is the capital of Peru?", scope=PUBLIC_ONLY)
    assert (nothing.said, nothing.disagreeing) == ((), ())


def test_sources_that_differ_in_numbers_alone_are_named(assistant: Assistant) -> None:
    found = assistant.compare(QUESTION, scope=PUBLIC_ONLY, filters=Filters(language=("en",)))
    told = [{found.said[number - 1].citation.title for number in pair} for pair in found.disagreeing]
    assert {"Leaflet", "Older leaflet"} in told


def test_nothing_out_of_scope_is_compared(assistant: Assistant) -> None:
    quotes = [each.citation.quote for each in assistant.compare(QUESTION, scope=PUBLIC_ONLY).said]
    assert not any("CANARY" in quote for quote in quotes)
    within = assistant.compare(QUESTION, scope=EVERYTHING, filters=Filters(audience=(Audience.INTERNAL,)))
    assert [each.citation.quote for each in within.said] == [SECRET]


def test_a_comparison_is_bounded_and_asks_something(assistant: Assistant) -> None:
    found = assistant.compare(QUESTION, scope=PUBLIC_ONLY)
    groups = {each.group for each in found.said} | set(found.silent)
    assert (len(groups) <= MOST_GROUPS, found.unasked) == (True, 0)
    with pytest.raises(InvalidRequest):
        assistant.compare("??", scope=PUBLIC_ONLY)
