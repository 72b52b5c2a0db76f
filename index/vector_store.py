"""The port that every engine of vectors stands behind: one in the data folder, or a server for several machines.

A generation's vectors are written once, whole, and then only read; each audience's lie apart. What is newer is searched
in the delta, and what is gone is left out by the library, so an engine needs neither updates nor filters of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.document import Audience
from index.entry import IndexEntry
from index.hit import Vector

NEIGHBOURS, EF_CONSTRUCTION, EF_SEARCH = 32, 200, 300
"""Of the graph (HNSW) in every engine. Chroma's defaults reach 0.57 recall@10 on hard vectors, these 0.98."""


@dataclass(frozen=True, slots=True)
class Served:
    """Vectors on a server: their generation's name, the library's revision, and the passages of each audience."""

    name: str
    revision: int
    passages: dict[str, int]


class VectorWriter(Protocol):
    """Takes in the vectors of one audience; whoever reads them waits until it has finished."""

    def add(self, entries: Sequence[IndexEntry]) -> None:
        """Take in passages; the last ones may wait for `finish`."""

    def finish(self) -> None:
        """Make everything searchable that was added, and let go of it."""


class VectorReader(Protocol):
    """Searches the vectors of one audience. Safe for several threads. Every method raises `VectorsUnavailable`."""

    def count(self) -> int:
        """Passages held."""

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with cosines, nearest first."""

    def any_vector(self) -> Vector | None:
        """One of the vectors, None where there is none."""

    def close(self) -> None:
        """No search may be under way."""


class VectorStore(Protocol):
    """Keeps the vectors of generations by their names. Every method raises `VectorsUnavailable`."""

    def writer(self, generation: str, audience: Audience, passages: int) -> VectorWriter:
        """Begin a collection, which must not be there yet, for about so many passages."""

    def reader(self, generation: str, audience: Audience) -> VectorReader:
        """Nothing is asked of a server before the first search."""

    def remove(self, generation: str) -> None:
        """Both audiences' vectors, as far as they are there."""


class VectorServer(VectorStore, Protocol):
    """A store that processes of several machines share."""

    @property
    def address(self) -> str:
        """Where it is, without a password."""

    def check(self) -> None:
        """Raises `VectorsUnavailable` where it does not answer, `VectorsForeign` where it is not of a known version."""

    def holds(self, generation: str) -> bool:
        """Whether both audiences' vectors are there. Cheap: they are not counted."""

    def close(self) -> None:
        """Let go of its connections."""


def collection_name(generation: str, audience: Audience) -> str:
    """What the vectors of an audience are called on a server, beside whatever else is there."""
    return f"missiondesk-{generation}-{audience.value}"
