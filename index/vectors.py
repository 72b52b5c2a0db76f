"""Nearest passages by vector, in Chroma collections that are written once and then only read.

Chroma 1.5.9 can be damaged by a kill in the middle of a write, so a folder is only ever filled from empty, by one
process, before anybody reads it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api.collection_configuration import (
    CreateCollectionConfiguration,
    CreateHNSWConfiguration,
    UpdateCollectionConfiguration,
    UpdateHNSWConfiguration,
)
from chromadb.config import Settings

from index.document import Audience
from index.entry import IndexEntry
from index.hit import Vector
from index.vector_store import EF_CONSTRUCTION, EF_SEARCH, NEIGHBOURS

SYNC = 20_000
"""Vectors added between two writes of the graph. Each also writes the names of all vectors so far, so that a small
number costs a large generation quadratic time."""
HNSW = CreateHNSWConfiguration(
    space="cosine",
    max_neighbors=NEIGHBOURS,
    ef_construction=EF_CONSTRUCTION,
    ef_search=EF_SEARCH,
    sync_threshold=SYNC,
)
LEAST_SYNC = 2
"""The smallest number Chroma takes."""
BATCH = 1000
COLLECTION = "passages"


class EmbeddedVectors:
    """The default store: in a folder of each generation's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def writer(self, generation: str, audience: Audience, passages: int) -> VectorIndex:
        return VectorIndex(self._place(generation) / audience.value)

    def reader(self, generation: str, audience: Audience) -> VectorIndex:
        """Opens the folder, and a damaged one can end the whole process; see `index.probe`."""
        return VectorIndex(self._place(generation) / audience.value)

    def remove(self, generation: str) -> None:
        shutil.rmtree(self._place(generation), ignore_errors=True)

    def _place(self, generation: str) -> Path:
        return self._folder / generation / "vectors"


class VectorIndex:
    """Passages of one audience in one folder of Chroma's. Either filled by `add` and `finish`, or searched."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))
        self._open()
        self._waiting: list[IndexEntry] = []
        self._count = self._collection.count()

    def add(self, entries: Sequence[IndexEntry]) -> None:
        """Take in passages; the last ones wait for `finish`."""
        self._waiting.extend(entries)
        while len(self._waiting) > BATCH:
            self._add(self._waiting[:BATCH])
            del self._waiting[:BATCH]

    def finish(self) -> None:
        """Write the whole graph and close; what was not written would be added anew whenever the folder is opened."""
        if self._waiting:
            smallest = UpdateHNSWConfiguration(sync_threshold=LEAST_SYNC)
            self._collection.modify(configuration=UpdateCollectionConfiguration(hnsw=smallest))
            # Chroma heeds it only in a collection that is opened afterwards.
            self.close()
            self._open()
            self._add(self._waiting)
            self._waiting = []
        self.close()

    def count(self) -> int:
        """Counted when the index was opened: Chroma counts by reading a whole table."""
        return self._count

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with cosines, nearest first."""
        if not self._count:
            return []
        found = self._collection.query(
            query_embeddings=vector[np.newaxis, :], n_results=min(limit, self._count), include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return [(int(id), 1.0 - float(distance)) for id, distance in zip(found["ids"][0], distances, strict=True)]

    def any_vector(self) -> Vector | None:
        """One of the vectors, as read from the graph; None where there is none."""
        found = self._collection.get(limit=1, include=["embeddings"])["embeddings"]
        return np.asarray(found[0], dtype=np.float32) if found is not None and len(found) else None

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]

    def _open(self) -> None:
        self._client = chromadb.Client(self._settings)
        # No embedding function: Chroma's default one would be downloaded.
        self._collection = self._client.get_or_create_collection(
            COLLECTION, configuration=CreateCollectionConfiguration(hnsw=HNSW), embedding_function=None
        )

    def _add(self, batch: list[IndexEntry]) -> None:
        self._collection.add(
            ids=[str(entry.number) for entry in batch], embeddings=np.stack([entry.vector for entry in batch])
        )
