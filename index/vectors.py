"""Nearest passages by vector, in Chroma collections that are written once and then only read.

Chroma 1.5.9 can be damaged by a kill in the middle of a write, so a folder is only ever filled from empty, by one
process, before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.config import Settings

from index.hit import Vector
from index.passages import IndexEntry

HNSW = CreateHNSWConfiguration(space="cosine", max_neighbors=32, ef_construction=200, ef_search=300)
"""Chroma's defaults reach 0.57 recall@10 on hard vectors, these 0.98."""
BATCH = 1000
COLLECTION = "passages"


class VectorIndex:
    """Passages of one audience in one folder of Chroma's."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))
        self._client = chromadb.Client(settings)
        # No embedding function: Chroma's default one would be downloaded.
        self._collection = self._client.get_or_create_collection(
            COLLECTION, configuration=CreateCollectionConfiguration(hnsw=HNSW), embedding_function=None
        )

    def add(self, entries: Iterable[IndexEntry]) -> None:
        batch: list[IndexEntry] = []
        for entry in entries:
            batch.append(entry)
            if len(batch) == BATCH:
                self._add(batch)
                batch = []
        if batch:
            self._add(batch)

    def _add(self, batch: list[IndexEntry]) -> None:
        self._collection.add(
            ids=[str(entry.number) for entry in batch], embeddings=np.stack([entry.vector for entry in batch])
        )

    def count(self) -> int:
        return self._collection.count()

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with cosines, nearest first."""
        count = self.count()
        if not count:
            return []
        found = self._collection.query(
            query_embeddings=vector[np.newaxis, :], n_results=min(limit, count), include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return [(int(id), 1.0 - float(distance)) for id, distance in zip(found["ids"][0], distances, strict=True)]

    def close(self) -> None:
        self._client.close()  # type: ignore[attr-defined]
