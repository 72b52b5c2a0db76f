"""Vectors of texts that no model reads, and indexes over them with any engine of vectors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from index.database import open_database
from index.embedded import EmbeddedPassage, EmbeddedQuery
from index.generations import Generations
from index.hit import Vector
from index.index import Index
from index.library import Library


class HashedVectors:
    """Random unit vectors, the same for the same text."""

    name = "hashed"

    def embed_query(self, text: str) -> EmbeddedQuery:
        return EmbeddedQuery.whole(self._vector(text))

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        return [EmbeddedPassage(self._vector(text)) for text in texts]

    def _vector(self, text: str) -> Vector:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        vector = np.random.default_rng(seed).standard_normal(16)
        unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return unit


@contextmanager
def machine(data: Path, vectors_url: str, name: str = "one") -> Iterator[Index]:
    """One of several machines over the library in `data`: each has a folder of generations of its own."""
    library = Library(open_database(data))
    generations = Generations(data / name, HashedVectors.name, vectors_url)
    with closing(Index(library, HashedVectors(), generations)) as index:
        yield index
