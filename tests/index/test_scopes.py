"""A search in a scope finds what an index finds that holds nothing outside it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from index.database import open_database
from index.document import Audience, DocumentDraft
from index.embedding import Embedder
from index.errors import NotFound
from index.generations import Generations
from index.hit import Filters, Mode, SearchResult
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from index.tables import DocumentRow
from tests.index.conftest import MakeDraft

COLLECTIONS = ("board", "press", "web")
WORDS = ("harbour", "office", "nurse", "visa", "shelter", "course", "interpreter", "school", "clinic", "permit")
SCOPES = [
    PUBLIC_ONLY,
    EVERYTHING,
    Scope(frozenset(Audience), frozenset({"press"})),
    Scope(frozenset(Audience), frozenset({"press", "web"})),
    Scope(frozenset({Audience.PUBLIC}), frozenset({"board", "web"})),
    Scope(frozenset(Audience), frozenset()),
    Scope(frozenset(Audience), frozenset({"nowhere"})),
]
PRESS = SCOPES[2]


def drafts(make_draft: MakeDraft, seed: int) -> list[DocumentDraft]:
    """Documents whose words are rare in one collection and frequent in another; all lines are equally long."""
    choose = random.Random(seed)
    made = []
    for number in range(18):
        collection = choose.choice(COLLECTIONS)
        lines = [" ".join(choose.choices(WORDS, k=6)) + f" n{number}x{line}." for line in range(2)]
        audience = choose.choice(list(Audience))
        made.append(make_draft(f"source {number}", "\n".join(lines), audience, "en", collection))
    return made


@contextmanager
def filled(folder: Path, embedder: Embedder, documents: Sequence[DocumentDraft], *, settled: bool) -> Iterator[Index]:
    library = Library(open_database(folder))
    with closing(Index(library, embedder, Generations(folder / "generations", embedder.name))) as index:
        index.add(documents)
        if settled:
            index.settle(force=True)
        yield index


def assert_equal(one: SearchResult, other: SearchResult) -> None:
    """The same passages in the same order, and the same counts; scores as far as a passage's length weighs in them.

    tantivy compares it with the average of all it holds.
    """
    assert [(hit.document.uri, hit.passage.text) for hit in one.hits] == [
        (hit.document.uri, hit.passage.text) for hit in other.hits
    ]
    assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], abs=0.02)
    assert one.counts == other.counts


def found(index: Index, mode: Mode, scope: Scope, filters: Filters) -> SearchResult:
    return index.search(
        "a visa for the nurse", language="en", limit=50, scope=scope, mode=mode, filters=filters, counting=True
    )


@pytest.mark.parametrize(("seed", "settled"), [(1, False), (2, True)])
def test_a_scope_finds_what_a_library_without_the_rest_finds(
    tmp_path: Path, embedder: Embedder, make_draft: MakeDraft, seed: int, settled: bool
) -> None:
    documents = drafts(make_draft, seed)
    with filled(tmp_path / "all", embedder, documents, settled=settled) as everything:
        for number, scope in enumerate(SCOPES[2 * settled : 5]):
            admitted = [each for each in documents if scope.admits(each.audience, each.collection)]
            with filled(tmp_path / str(number), embedder, admitted, settled=settled) as alone:
                for mode in (Mode.KEYWORDS, Mode.HYBRID):
                    for filters in (Filters(), Filters(collection=("press", "board"))):
                        assert_equal(found(everything, mode, scope, filters), found(alone, mode, EVERYTHING, filters))


def test_collections_shut_off_documents_as_audiences_do(index: Index, make_draft: MakeDraft) -> None:
    press, board = (
        stored.document_id
        for stored in index.add(
            [
                make_draft("press", "The harbour office opens at nine.", collection="press"),
                make_draft("board", "The harbour safe opens with 7719.", collection="board"),
            ]
        )
    )
    library = index.library
    assert [each.id for each in library.documents(PRESS)] == [press]
    with pytest.raises(NotFound):
        library.document(board, PRESS)
    assert library.passages.of_document(board, PRESS) == []
    with pytest.raises(NotFound):
        library.remove(board, scope=PRESS)
    with pytest.raises(NotFound):
        library.amend(board, scope=PRESS, title="x")
    for mode in Mode:
        result = index.search("harbour safe 7719", language="en", scope=PRESS, mode=mode, counting=True)
        assert {hit.document.id for hit in result.hits} <= {press}
        assert "board" not in {facet.value for facet in result.counts.facets}
    assert index.search("7719", language="en", scope=PRESS, filters=Filters(collection=("board",))).hits == ()
    assert index.search("7719", language="en", scope=PRESS, filters=Filters(document_id=board)).hits == ()


@pytest.mark.parametrize("settled", [False, True])
def test_a_moved_document_is_read_where_it_is_now(index: Index, make_draft: MakeDraft, settled: bool) -> None:
    (stored,) = index.add([make_draft("page", "The harbour office opens at nine.", collection="board")])
    if settled:
        index.settle(force=True)
    for collection, count in (("press", 1), ("board", 0), ("press", 1)):
        index.library.amend(stored.document_id, collection=collection)
        for mode in Mode:
            assert len(index.search("harbour office", language="en", scope=PRESS, mode=mode).hits) == count


def test_a_document_names_none_that_may_not_be_seen(index: Index, make_draft: MakeDraft) -> None:
    text = "The harbour office opens at nine and the nurse comes on Tuesday, as every week of the year."
    first, copy = (
        stored.document_id
        for stored in index.add(
            [make_draft("board", text, collection="board"), make_draft("press", text, collection="press")]
        )
    )
    with index.library.engine.begin() as connection:
        connection.execute(update(DocumentRow).where(DocumentRow.id == copy).values(duplicate_of=first))
    assert index.library.document(copy, EVERYTHING).duplicate_of == first
    assert index.library.document(copy, PRESS).duplicate_of is None
    assert [each.duplicate_of for each in index.library.documents(PRESS)] == [None]
    hits = index.search("harbour office", language="en", scope=PRESS).hits
    assert [(hit.document.id, hit.document.duplicate_of) for hit in hits] == [(copy, None)]


def test_scopes_narrow_each_other() -> None:
    both = SCOPES[3] & SCOPES[4]
    assert both == Scope(frozenset({Audience.PUBLIC}), frozenset({"web"}))
    assert EVERYTHING & PRESS == PRESS & EVERYTHING == PRESS
    assert EVERYTHING.covers(PRESS)
    assert not PRESS.covers(EVERYTHING)
    assert not PRESS.covers(PUBLIC_ONLY)


def test_documents_that_only_a_hidden_one_connects_are_no_translations(index: Index, make_draft: MakeDraft) -> None:
    """In this order: a names b, b names c; b is what the scope does not admit."""
    text = "The harbour office opens at nine."
    named = {"a": ("b",), "b": ("c",), "c": ()}
    languages, collections = {"a": "en", "b": "fr", "c": "it"}, {"a": "press", "b": "board", "c": "press"}
    index.add(
        [
            replace(
                make_draft(name, text, language=languages[name], collection=collections[name]),
                translation_names=named[name],
            )
            for name in named
        ]
    )
    library = index.library
    assert [len(each.translations) for each in library.documents(EVERYTHING)] == [2, 2, 2]
    assert [len(each.translations) for each in library.documents(PRESS)] == [0, 0]
    assert len(index.search("harbour office", language="en", scope=EVERYTHING).hits) == 1
    assert {hit.document.uri for hit in index.search("harbour office", language="en", scope=PRESS).hits} == {"a", "c"}
