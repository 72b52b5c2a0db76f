"""Vectors in Milvus, behind the same port as the product's own engines, to compare it with them (`eval engines`).

By the address of a cluster, or a file, over which `milvus-lite` runs in this process.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pymilvus import DataType, MilvusClient

from index.document import Audience
from index.entry import IndexEntry
from index.hit import Vector

GRAPH = {"M": 32, "efConstruction": 200}
EF_SEARCH = 300
"""All three as in `index.vectors`."""
BATCH = 1000
LARGEST = 16_384
"""Passages that Milvus gives at most."""


class MilvusStore:
    """A collection for each audience and generation."""

    def __init__(self, uri: str) -> None:
        self.client = MilvusClient(uri)

    def writer(self, generation: str, audience: Audience, passages: int) -> MilvusWriter:
        return MilvusWriter(self.client, _name(generation, audience))

    def reader(self, generation: str, audience: Audience) -> MilvusReader:
        return MilvusReader(self.client, _name(generation, audience))

    def remove(self, generation: str) -> None:
        for audience in Audience:
            self.client.drop_collection(_name(generation, audience))

    def close(self) -> None:
        self.client.close()


class MilvusWriter:
    """The collection is made with the first vectors, which tell its dimensions."""

    def __init__(self, client: MilvusClient, name: str) -> None:
        self._client = client
        self._name = name
        self._waiting: list[IndexEntry] = []
        self._made = False

    def add(self, entries: Sequence[IndexEntry]) -> None:
        self._waiting.extend(entries)
        if len(self._waiting) >= BATCH:
            self._send()

    def finish(self) -> None:
        if self._waiting:
            self._send()
        if self._made:
            self._client.flush(self._name)
            indexes = self._client.prepare_index_params()
            indexes.add_index("vector", index_type="HNSW", metric_type="COSINE", params=GRAPH)
            self._client.create_index(self._name, indexes)
            self._client.load_collection(self._name)

    def _send(self) -> None:
        if not self._made:
            schema = self._client.create_schema(auto_id=False)
            schema.add_field("number", DataType.INT64, is_primary=True)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=len(self._waiting[0].vector))
            self._client.create_collection(self._name, schema=schema)
            self._made = True
        rows = [{"number": entry.number, "vector": entry.vector.tolist()} for entry in self._waiting]
        self._client.insert(self._name, rows)
        self._waiting = []


class MilvusReader:
    """Searches one collection."""

    def __init__(self, client: MilvusClient, name: str) -> None:
        self._client = client
        self._name = name
        self._count = int(client.get_collection_stats(name)["row_count"]) if client.has_collection(name) else 0
        if self._count:
            client.load_collection(name)  # a file's are released with the process that filled them

    def count(self) -> int:
        return self._count

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        if not self._count:
            return []
        limit = min(limit, LARGEST)
        parameters = {"metric_type": "COSINE", "params": {"ef": max(EF_SEARCH, limit)}}
        (found,) = self._client.search(self._name, [vector.tolist()], limit=limit, search_params=parameters)
        return [(int(hit["number"]), float(hit["distance"])) for hit in found]

    def any_vector(self) -> Vector | None:
        found = self._client.query(self._name, limit=1, output_fields=["vector"]) if self._count else []
        return np.asarray(found[0]["vector"], dtype=np.float32) if found else None

    def close(self) -> None:
        """The connection is the store's own."""


def _name(generation: str, audience: Audience) -> str:
    return f"missiondesk_{generation.replace('-', '_')}_{audience.value}"
