"""One contract for every engine of vectors: in the data folder, or on a server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from eval.postgresql_server import pgvector_programs, postgresql_server
from eval.synthetic import SyntheticLibrary
from index import building, candidates
from index.document import Audience
from index.entry import IndexEntry
from index.hit import Filters, Mode, SearchResult, Vectors
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from index.vector_server import open_vector_server
from index.vector_store import VectorReader, VectorStore
from index.vectors import EmbeddedVectors
from tests.chroma import chroma_server
from tests.index.conftest import MakeDraft
from tests.index.engines import machine

PASSAGES = 3000
SERVERS = ("chroma", "pgvector")


@pytest.fixture(scope="module")
def chroma() -> Iterator[str]:
    with chroma_server() as server:
        yield server.url


@pytest.fixture(scope="module")
def pgvector() -> Iterator[str]:
    with postgresql_server(pgvector_programs()) as server:
        yield server.url(Path())


@pytest.fixture(params=("embedded", *SERVERS), scope="module")
def url(request: pytest.FixtureRequest) -> str:
    """The setting `vectors_url` of each engine."""
    if request.param == "embedded":
        return ""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[VectorStore]:
    if not url:
        yield EmbeddedVectors(tmp_path)
        return
    with closing(open_vector_server(url)) as server:
        yield server


def put(store: VectorStore, generation: str, vectors: Vectors, audience: Audience = Audience.PUBLIC) -> VectorReader:
    """Of passages numbered from 1; the other audience has none."""
    for each in Audience:
        mine = vectors if each is audience else vectors[:0]
        writer = store.writer(generation, each, len(mine))
        for number, vector in enumerate(mine, start=1):
            writer.add([IndexEntry(number, each, "en", "", vector)])
        writer.finish()
    return store.reader(generation, audience)


class TestStore:
    def test_finds_what_comparing_all_finds(self, store: VectorStore) -> None:
        synthetic = SyntheticLibrary(PASSAGES)
        vectors = synthetic.vectors(range(synthetic.documents))
        reader = put(store, "generation-recall", vectors)
        assert reader.count() == PASSAGES
        queries = np.stack([query.embedded.vector for query in synthetic.queries(50)])
        shared = 0
        for query, exact in zip(queries, synthetic.exact(queries, 10).tolist(), strict=True):
            found = reader.search(query, 10)
            shared += len({number - 1 for number, _ in found} & set(exact))
            cosines = [cosine for _, cosine in found]
            assert cosines == sorted(cosines, reverse=True)
            assert cosines == pytest.approx([float(vectors[number - 1] @ query) for number, _ in found], abs=2e-3)
        assert shared / 500 >= 0.98
        # More than an engine looks at by itself: filters may ask for most of what there is.
        assert len({number for number, _ in reader.search(queries[0], 1500)}) == 1500
        reader.close()
        store.remove("generation-recall")

    def test_keeps_audiences_apart(self, store: VectorStore) -> None:
        vectors = np.eye(4, dtype=np.float32)
        internal = put(store, "generation-apart", vectors, Audience.INTERNAL)
        public = store.reader("generation-apart", Audience.PUBLIC)
        assert {number for number, _ in internal.search(vectors[0], 10)} == {1, 2, 3, 4}
        assert (public.count(), public.search(vectors[0], 10), public.any_vector()) == (0, [], None)
        held = internal.any_vector()
        assert held is not None
        assert np.isclose(vectors @ held, 1).any()
        for reader in (internal, public):
            reader.close()
        store.remove("generation-apart")

    def test_removes_one_generation_and_leaves_the_other(self, store: VectorStore) -> None:
        vectors = np.eye(3, dtype=np.float32)
        readers = [put(store, name, vectors) for name in ("generation-a", "generation-b")]
        readers[0].close()
        store.remove("generation-a")
        assert readers[1].search(vectors[2], 1)[0][0] == 3
        readers[1].close()
        store.remove("generation-b")
        store.remove("generation-b")


WORDS = ("harbour", "office", "nurse", "visa", "shelter", "course", "interpreter", "school", "clinic", "permit")
SCOPES = (
    EVERYTHING,
    PUBLIC_ONLY,
    Scope(frozenset({Audience.INTERNAL})),
    Scope(frozenset(Audience), frozenset({"press"})),
    Scope(frozenset({Audience.PUBLIC}), frozenset({"press", "web"})),
)
FILTERS = (Filters(), Filters(language=("it",)), Filters(collection=("web", "press"), language=("en",)))


def fill(index: Index, make_draft: MakeDraft, documents: int, seed: int = 1) -> None:
    choose = random.Random(seed)
    index.add(
        [
            make_draft(
                f"source {seed} {number}",
                "\n".join(" ".join(choose.choices(WORDS, k=6)) + f" n{number}x{line}." for line in range(5)),
                choose.choice(list(Audience)), choose.choice(["en", "it"]), choose.choice(["press", "web", "board"]),
            )
            for number in range(documents)
        ]
    )  # fmt: skip


def said(result: SearchResult) -> list[tuple[str, str]]:
    return [(hit.document.uri, hit.passage.text) for hit in result.hits]


class TestIndex:
    def test_scopes_and_filters_find_what_the_delta_finds_exactly(
        self, url: str, tmp_path: Path, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(building, "FEW", 0)  # in a child process, as all but the smallest
        monkeypatch.setattr(candidates, "FEW", 5)  # the engine is asked, whatever the filters leave
        with machine(tmp_path, url) as index, machine(tmp_path, "", "exact") as exact:
            fill(index, make_draft, 120)
            assert index.settle(force=True)
            assert index.standing().delta == 0
            for number, (scope, filters) in enumerate((s, f) for s in SCOPES for f in FILTERS):
                query = f"{WORDS[number % 10]} for the {WORDS[number * 3 % 10]}"
                results = [
                    said(each.search(query, language="en", scope=scope, filters=filters, mode=Mode.DENSE, limit=10))
                    for each in (index, exact)
                ]
                assert results[0] == results[1]
                assert results[0]
            assert exact.standing().generation == 0

    def test_changes_are_seen_at_once_and_after_the_next_generation(
        self, url: str, tmp_path: Path, make_draft: MakeDraft
    ) -> None:
        with machine(tmp_path, url) as index:
            ids = [stored.document_id for stored in index.add([make_draft(f"page {n}", f"Fee {n}.") for n in range(9)])]
            index.settle(force=True)
            index.add([make_draft("page 1", "Fee 45."), make_draft("new", "Fee 99.")])
            index.remove(ids[2])
            index.library.amend(ids[3], audience=Audience.INTERNAL)
            for settled in (False, True):
                if settled:
                    assert index.settle(force=True)
                found = index.search("Fee", language="en", scope=PUBLIC_ONLY, mode=Mode.DENSE, limit=50)
                texts = {hit.passage.text for hit in found.hits}
                assert texts == {"Fee 0.", "Fee 45.", "Fee 99.", *(f"Fee {n}." for n in range(4, 9))}
                assert not found.by_words


@pytest.fixture(params=SERVERS, scope="module")
def server_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


class TestMachines:
    def test_one_builds_what_all_search(self, server_url: str, tmp_path: Path, make_draft: MakeDraft) -> None:
        with machine(tmp_path, server_url) as one, machine(tmp_path, server_url, "two") as two:
            fill(one, make_draft, 20)
            assert one.settle(force=True)
            two.search("visa", language="en", scope=EVERYTHING)
            assert two.standing().generation == 0
            assert not two.settle()  # nothing to build: what the other has built is taken over
            assert (two.standing().generation, two.standing().delta) == (100, 0)
            fill(two, make_draft, 3, seed=2)
            results = [said(each.search("visa nurse", language="en", scope=EVERYTHING)) for each in (one, two)]
            assert results[0] == results[1]
            names = [sorted(path.name for path in tmp_path.glob(f"{name}/generation-*")) for name in ("one", "two")]
            assert names[0] == names[1]

    def test_only_the_two_newest_stay_on_the_server(
        self, server_url: str, tmp_path: Path, make_draft: MakeDraft
    ) -> None:
        with machine(tmp_path, server_url) as index, closing(open_vector_server(server_url)) as server:
            names = []
            for number in range(3):
                index.add([make_draft(f"page {number}", f"Fee {number}.")])
                assert index.settle(force=True)
                (current,) = (tmp_path / "one" / "current").read_text().splitlines()
                names.append(current)
            assert [server.holds(name) for name in names] == [False, True, True]
