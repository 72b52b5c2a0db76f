"""Generations: built in a child process, whole, exchanged while searches go on, and let go of afterwards."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from index import building
from index.delta import Delta, DeltaPart
from index.document import Audience
from index.embedding import Embedder
from index.engines import CurrentEngines
from index.entry import IndexEntry
from index.generation import Generation, GenerationUnusable
from index.generation import build as fill
from index.generations import Generations
from index.index import Index
from index.scope import PUBLIC_ONLY
from tests.index.conftest import MakeDraft


def entries(count: int, dimensions: int = 16) -> list[IndexEntry]:
    rng = np.random.default_rng(count)
    vectors = rng.standard_normal((count, dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        IndexEntry(number, Audience.PUBLIC, "en", f"word{number} common", vector)
        for number, vector in enumerate(vectors, start=1)
    ]


@pytest.fixture
def in_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FEW", 0)


@pytest.mark.usefixtures("in_child")
class TestChild:
    def test_builds_what_is_found_afterwards(
        self, index: Index, generations: Generations, make_draft: MakeDraft
    ) -> None:
        index.add([make_draft("page", "The hotline is free.\nCourses start in May.")])
        assert index.settle(force=True)
        folder = generations.current_folder()
        assert folder is not None
        assert Generation(folder).count() == 2
        found = index.search("When do courses start?", language="en", limit=1, scope=PUBLIC_ONLY)
        assert [hit.passage.text for hit in found.hits] == ["Courses start in May."]

    def test_ends_when_it_is_stopped(self, index: Index, generations: Generations, make_draft: MakeDraft) -> None:
        index.add([make_draft("page", "The hotline is free.")])
        stopped = threading.Event()
        stopped.set()
        with pytest.raises(GenerationUnusable, match="-9"):
            generations.build(index.library, stopped)
        assert generations.current_name() is None
        assert not index.settle(force=True, stopped=stopped)
        assert index.settle(force=True)

    def test_says_why_it_failed(self, index: Index, make_draft: MakeDraft, tmp_path: Path) -> None:
        index.add([make_draft("page", "The hotline is free.")])
        (tmp_path / "file").write_text("no folder", encoding="utf-8")
        with pytest.raises(GenerationUnusable, match="exit code 1"):
            building.build(index.library, building.Plan(str(tmp_path / "file"), "model", 1), threading.Event())


def test_every_vector_is_in_the_graph_that_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.BATCH", 50)
    given = entries(230)
    fill(tmp_path, given, "model", 1)
    (graph,) = tmp_path.glob("vectors/public/*/length.bin")
    assert graph.stat().st_size == 4 * len(given)
    generation = Generation(tmp_path)
    generation.check()
    for entry in (given[0], given[120], given[-1]):
        assert generation.vectors(Audience.PUBLIC).search(entry.vector, 1)[0][0] == entry.number
        assert generation.keywords(Audience.PUBLIC).search(f"word{entry.number}", "en", 1)[0][0] == entry.number
    generation.close()


def test_generations_are_exchanged_under_a_search_and_closed_after_it(
    index: Index, generations: Generations, make_draft: MakeDraft, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    close = Generation.close

    def recorded(self: Generation) -> None:
        closed.append(self.folder.name)
        close(self)

    index.add([make_draft("page", "The hotline is free.")])
    index.settle(force=True)
    engines = CurrentEngines(generations)
    with engines.newest() as held:
        first = held.name
        index.settle(force=True)
        monkeypatch.setattr(Generation, "close", recorded)
        with engines.newest() as meanwhile:
            assert meanwhile.name == first
        engines.renew()
        with engines.newest() as renewed:
            assert renewed.name == generations.current_name() != first
        assert closed == []
        assert held.generation is not None
        assert held.generation.vectors(Audience.PUBLIC).search(embedder.embed_query("hotline").vector, 1)
    assert closed == [first]
    engines.close()


class TestDelta:
    def test_grows_and_finds_the_nearest_exactly(self) -> None:
        given = entries(300)
        part = DeltaPart()
        for first in range(0, 300, 7):
            part.add(given[first : first + 7])
        vectors = np.stack([entry.vector for entry in given])
        query = given[42].vector
        expected = [given[place].number for place in np.argsort(-(vectors @ query))[:20]]
        assert [number for number, _ in part.search(query, 20)] == expected
        assert len(part.search(query, 1000)) == part.count() == 300

    def test_equals_come_in_the_order_they_were_written(self) -> None:
        same = [IndexEntry(n, Audience.PUBLIC, "en", "x", np.full(4, 0.5, dtype=np.float32)) for n in range(1, 40)]
        part = DeltaPart()
        part.add(same)
        assert [number for number, _ in part.search(same[0].vector, 5)] == [1, 2, 3, 4, 5]

    def test_takes_in_more_than_a_batch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("index.delta.BATCH", 10)
        delta = Delta(0)
        delta.extend(iter(entries(25)), 3)
        assert (delta.count(), delta.revision) == (25, 3)


def test_entries_are_read_in_pages_that_miss_none(
    index: Index, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.passages.BATCH", 3)
    for page in range(3):
        index.add([make_draft(f"page {page}", "\n".join(f"Line {n}." for n in range(4)))])
    first = index.library.documents(PUBLIC_ONLY)[0]
    index.library.amend(first.id, audience=Audience.INTERNAL)
    revision = index.library.revision()
    read = list(index.library.passages.entries(0, revision))
    assert sorted(entry.number for entry in read) == list(range(1, 13))
    assert [entry.number for entry in index.library.passages.entries(1, 2)] == [5, 6, 7, 8]
