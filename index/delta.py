"""What the library holds beyond the current generation, in memory: searched exactly by vector, and by keywords."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np

from index.document import Audience
from index.hit import Vector, Vectors
from index.keywords import KeywordIndex
from index.passages import IndexEntry


class DeltaPart:
    """The newer passages of one audience."""

    def __init__(self) -> None:
        self._numbers = np.empty(0, dtype=np.int64)
        self._vectors: Vectors = np.empty((0, 0), dtype=np.float32)
        self.keywords = KeywordIndex.in_memory()

    def add(self, entries: list[IndexEntry]) -> None:
        vectors = np.stack([entry.vector for entry in entries])
        self._vectors = np.concatenate([self._vectors, vectors]) if self._vectors.size else vectors
        self._numbers = np.concatenate([self._numbers, [entry.number for entry in entries]])
        self.keywords.add(entries)

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with cosines, nearest first."""
        if not len(self._numbers):
            return []
        cosines = self._vectors @ vector
        nearest = np.argsort(-cosines, kind="stable")[:limit]
        return [(int(self._numbers[i]), float(cosines[i])) for i in nearest]

    def count(self) -> int:
        return len(self._numbers)


class Delta:
    """Passages written after `revision` at the time it was made, and up to `revision` now."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self._parts = {audience: DeltaPart() for audience in Audience}

    def part(self, audience: Audience) -> DeltaPart:
        return self._parts[audience]

    def extend(self, entries: Iterable[IndexEntry], revision: int) -> None:
        """Take in the passages written since `self.revision`, up to `revision`."""
        ordered = sorted(entries, key=lambda entry: entry.audience)
        for audience, group in groupby(ordered, key=lambda entry: entry.audience):
            self._parts[audience].add(list(group))
        self.revision = revision

    def count(self) -> int:
        return sum(part.count() for part in self._parts.values())
