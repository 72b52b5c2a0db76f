"""What becomes of an answer whose sources are relabelled or removed while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.events import Delta, Sources
from assistant.reader import Reader
from assistant.settings import load_settings
from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from ingest.pipeline import ingest
from tests.assistant.test_chat import ScriptedModel

QUESTION = "When does the office in Marseille open, and what must I bring?"
FIRST = "The office in Marseille opens at 9:00 from Monday to Friday."
SECOND = "The office in Marseille asks visitors to bring a passport and two photographs."
DOCUMENTS = {"hours.md": f"# Opening hours\n\n{FIRST}", "papers.md": f"# Papers\n\n{SECOND}"}
PRESS = Scope(frozenset(Audience), frozenset({"press"}))

Change = Callable[[Library, str], None]


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder) -> Iterator[Index]:
    library = Library(open_database(tmp_path / "data"))
    index = Index(library, embedder, Generations(tmp_path / "data" / "generations", embedder.name))
    for name, text in DOCUMENTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        made = ingest([str(tmp_path / name)], lambda: index, library, audience=Audience.PUBLIC, collection="press")
        assert made.failed == 0
    yield index
    index.close()


def made_internal(library: Library, document_id: str) -> None:
    library.amend(document_id, audience=Audience.INTERNAL)


def moved(library: Library, document_id: str) -> None:
    library.amend(document_id, collection="board")


def removed(library: Library, document_id: str) -> None:
    library.remove(document_id)


CHANGES = [(made_internal, PUBLIC_ONLY), (moved, PRESS), (removed, EVERYTHING)]


def elsewhere(index: Index, tmp_path: Path, name: str, change: Change) -> None:
    """Change a document through another connection, as another process does."""
    found = next(each.id for each in index.library.documents(EVERYTHING) if each.uri.endswith(name))
    library = Library(open_database(tmp_path / "data"))
    change(library, found)
    library.close()


def assistant(index: Index, reader: Reader, script: str | None) -> Assistant:
    settings = load_settings(chat_model="fake:model" if script else "none", answer_probability=0.01)
    return Assistant(index, reader, settings, ScriptedModel(script=script) if script else None)


def stream(assistant: Assistant, scope: Scope) -> Iterator[Sources | Delta | Answer]:
    return assistant.stream(QUESTION, scope=scope)


@pytest.mark.parametrize(("change", "scope"), CHANGES)
def test_a_statement_is_not_sent_once_its_source_may_not_be_seen(
    index: Index, reader: Reader, tmp_path: Path, change: Change, scope: Scope
) -> None:
    events = stream(assistant(index, reader, f"{FIRST} {SECOND}"), scope)
    sources, first = next(events), next(events)
    assert isinstance(sources, Sources)
    assert isinstance(first, Delta)
    assert first.statement.text == FIRST
    elsewhere(index, tmp_path, "papers.md", change)
    *others, last = events
    assert [event.statement.text for event in others if isinstance(event, Delta)] == []
    assert isinstance(last, Answer)
    assert [statement.text for statement in last.statements] == [FIRST]
    assert SECOND not in str(last)


@pytest.mark.parametrize(("change", "scope"), CHANGES)
def test_the_final_answer_leaves_out_what_was_sent_and_may_not_be_seen_any_more(
    index: Index, reader: Reader, tmp_path: Path, change: Change, scope: Scope
) -> None:
    events = stream(assistant(index, reader, f"{FIRST} {SECOND}"), scope)
    assert isinstance(next(events), Sources)
    assert isinstance(next(events), Delta)
    elsewhere(index, tmp_path, "hours.md", change)
    *others, last = events
    assert isinstance(last, Answer)
    assert FIRST not in str(last)
    assert [event.statement.text for event in others if isinstance(event, Delta)] == [SECOND]
    assert [statement.text for statement in last.statements] == [SECOND]


@pytest.mark.parametrize("script", [FIRST, None])
def test_an_answer_that_loses_all_its_sources_is_none(
    index: Index, reader: Reader, tmp_path: Path, script: str | None
) -> None:
    events = stream(assistant(index, reader, script), PUBLIC_ONLY)
    assert isinstance(next(events), Sources)
    assert isinstance(next(events), Delta)
    for name in DOCUMENTS:
        elsewhere(index, tmp_path, name, made_internal)
    *others, last = events
    assert others == []
    assert isinstance(last, Answer)
    assert (last.status, last.reason, last.citations, last.suggestions) == ("no_answer", "no_passage", (), ())


def test_sources_are_those_that_may_be_seen_when_they_are_sent(
    index: Index, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = index.search

    def slow(*arguments: object, **more: object) -> object:
        found = search(*arguments, **more)  # type: ignore[arg-type]
        elsewhere(index, tmp_path, "papers.md", made_internal)
        return found

    monkeypatch.setattr(index, "search", slow)
    sources = next(stream(assistant(index, reader, None), PUBLIC_ONLY))
    assert isinstance(sources, Sources)
    assert {citation.title for citation in sources.citations} == {"Opening hours"}
