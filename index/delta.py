"""What the library holds beyond the current generation, in memory: searched exactly by vector, and by keywords."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from index.document import Audience
from index.entry import IndexEntry
from index.hit import Vector, Vectors
from index.keywords import KeywordIndex

BATCH = 2000
"""Entries held beside the arrays while these take them in."""
GROWTH = 2
"""By what the room grows when it is full, so that many small changes are copied a few times and not each time."""


@dataclass(frozen=True, slots=True)
class _Room:
    """Arrays of which the first `used` rows are filled. Replaced as a whole, so a search under way keeps its own."""

    numbers: NDArray[np.int64]
    vectors: Vectors
    used: int

    def with_rows(self, numbers: NDArray[np.int64], vectors: Vectors) -> _Room:
        used = self.used + len(numbers)
        mine = self if used <= len(self.numbers) else self._larger(used, vectors.shape[1])
        # Rows beyond `used` are nobody's yet: no search that runs now looks at them.
        mine.numbers[self.used : used] = numbers
        mine.vectors[self.used : used] = vectors
        return _Room(mine.numbers, mine.vectors, used)

    def _larger(self, needed: int, dimensions: int) -> _Room:
        size = max(needed, GROWTH * len(self.numbers))
        room = _Room(np.empty(size, dtype=np.int64), np.empty((size, dimensions), dtype=np.float32), self.used)
        if self.used:
            room.numbers[: self.used] = self.numbers[: self.used]
            room.vectors[: self.used] = self.vectors[: self.used]
        return room


class DeltaPart:
    """The newer passages of one audience."""

    def __init__(self) -> None:
        self._room = _Room(np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32), 0)
        self.keywords = KeywordIndex.in_memory()

    def add(self, entries: list[IndexEntry]) -> None:
        """One thread at a time; others may search meanwhile."""
        numbers = np.array([entry.number for entry in entries], dtype=np.int64)
        self._room = self._room.with_rows(numbers, np.stack([entry.vector for entry in entries]))
        self.keywords.add(entries)

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with cosines, nearest first."""
        room = self._room
        if not room.used:
            return []
        cosines = room.vectors[: room.used] @ vector
        nearest = _largest(cosines, limit)
        return [(int(room.numbers[place]), float(cosines[place])) for place in nearest]

    def count(self) -> int:
        return self._room.used


class Delta:
    """Passages written after `revision` at the time it was made, and up to `revision` now."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self._parts = {audience: DeltaPart() for audience in Audience}

    def part(self, audience: Audience) -> DeltaPart:
        return self._parts[audience]

    def extend(self, entries: Iterable[IndexEntry], revision: int) -> None:
        """Take in the passages written since `self.revision`, up to `revision`."""
        iterator = iter(entries)
        while batch := list(islice(iterator, BATCH)):
            ordered = sorted(batch, key=lambda entry: entry.audience)
            for audience, group in groupby(ordered, key=lambda entry: entry.audience):
                self._parts[audience].add(list(group))
        self.revision = revision

    def count(self) -> int:
        return sum(part.count() for part in self._parts.values())


def _largest(values: Vector, limit: int) -> NDArray[np.intp]:
    """Places of the largest values, largest first; the earlier place first among equals."""
    if limit >= len(values):
        return np.argsort(-values, kind="stable")
    # Sorting all would take longer than comparing all vectors. Equals of the least one are all looked at.
    least = values[np.argpartition(values, -limit)[-limit]]
    places = np.flatnonzero(values >= least)
    return places[np.argsort(-values[places], kind="stable")][:limit]
