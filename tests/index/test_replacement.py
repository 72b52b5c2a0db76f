"""A document is replaced, moved and amended as a whole: whoever reads meanwhile sees the old one or the new one."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from index.document import Audience
from index.errors import NotFound
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.index.conftest import MakeDraft

VERSIONS = tuple(f"The harbour office of Vellmar opens at {hour}.\nIt is closed on Sunday." for hour in ("nine", "ten"))


def test_a_reader_sees_the_old_version_or_the_new_one(index: Index, make_draft: MakeDraft) -> None:
    drafts = [make_draft("page", text) for text in VERSIONS]
    document_id = index.add(drafts[:1])[0].document_id
    index.add(drafts[1:])
    done = threading.Event()
    wrong: list[str] = []

    def read() -> None:
        while not done.is_set():
            if index.library.document(document_id, EVERYTHING).text not in VERSIONS:
                wrong.append("text")
            if len(index.library.passages.of_document(document_id, PUBLIC_ONLY)) != 2:
                wrong.append("passages")
            found = index.search("When does the harbour office open?", language="en", scope=PUBLIC_ONLY)
            if not found.hits:
                wrong.append("search")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(100):
        index.add([drafts[number % 2]])
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_the_version_that_stands_is_not_written_again(index: Index, make_draft: MakeDraft) -> None:
    draft = make_draft("page", VERSIONS[0])
    first = index.add([draft])[0]
    revision = index.library.revision()
    again = index.add([draft])[0]
    assert (first.status, again.status, again.document_id) == ("added", "unchanged", first.document_id)
    assert index.library.revision() == revision
    for changed in (
        replace(draft, title="Another"),
        replace(draft, title="Another", audience=Audience.INTERNAL),
        replace(draft, title="Another", audience=Audience.INTERNAL, passages=draft.passages[:1]),
    ):
        assert index.add([changed])[0].status == "updated"


def test_a_moved_document_keeps_its_id_and_passages(index: Index, make_draft: MakeDraft) -> None:
    document_id = index.add([make_draft("file:///a/old.txt", VERSIONS[0])])[0].document_id
    passages = index.library.passages.of_document(document_id, EVERYTHING)
    revision = index.library.revision()
    assert index.library.move("file:///a/old.txt", "file:///a/new.txt", "a/new.txt")
    moved = index.library.known(["file:///a/old.txt", "file:///a/new.txt"])
    assert {source: known.document_id for source, known in moved.items()} == {"file:///a/new.txt": document_id}
    assert index.library.document(document_id, EVERYTHING).uri == "a/new.txt"
    assert index.library.passages.of_document(document_id, EVERYTHING) == passages
    assert index.library.revision() > revision


def test_a_new_file_at_the_old_place_is_another_document(index: Index, make_draft: MakeDraft) -> None:
    first = index.add([make_draft("old", VERSIONS[0])])[0].document_id
    index.library.move("old", "new", "new")
    second = index.add([make_draft("old", VERSIONS[1])])[0]
    assert (second.status, second.document_id != first) == ("added", True)
    assert index.library.document(first, EVERYTHING).text == VERSIONS[0]
    assert index.add([make_draft("old", VERSIONS[0])])[0].document_id == second.document_id


def test_nothing_moves_onto_another_document(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft("a", VERSIONS[0]), make_draft("b", VERSIONS[1])])
    assert not index.library.move("a", "b", "b")
    assert not index.library.move("missing", "c", "c")
    assert set(index.library.known(["a", "b", "c"])) == {"a", "b"}


def test_what_lies_below_a_folder(index: Index, make_draft: MakeDraft) -> None:
    sources = ["file:///a/x", "file:///a/b/y", "file:///a", "file:///ab/z", "file:///a-", "file:///A/x"]
    index.add([make_draft(source, VERSIONS[0]) for source in sources])
    assert set(index.library.known_below("file:///a/")) == {"file:///a/x", "file:///a/b/y"}


def test_amending(index: Index, make_draft: MakeDraft) -> None:
    document_id = index.add([make_draft("page", VERSIONS[0])])[0].document_id
    index.library.amend(document_id, title="Harbour", audience=Audience.INTERNAL)
    amended = index.library.document(document_id, EVERYTHING)
    assert (amended.title, amended.audience) == ("Harbour", Audience.INTERNAL)
    assert index.search("harbour office", language="en", scope=PUBLIC_ONLY).hits == ()
    index.library.amend(document_id, audience=Audience.PUBLIC)
    hits = index.search("harbour office", language="en", scope=PUBLIC_ONLY).hits
    assert {hit.document.title for hit in hits} == {"Harbour"}
    with pytest.raises(NotFound):
        index.library.amend("nope", title="x")
