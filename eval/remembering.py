"""An embedder that embeds each query once: every mode of search asks the same ones."""

from __future__ import annotations

import time
from collections.abc import Sequence

from index.embedding import Embedder
from index.hit import Vector, Vectors


class RememberingEmbedder:
    """Stands before another embedder."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._queries: dict[str, Vector] = {}
        self.milliseconds: list[float] = []
        """What embedding took, query by query."""

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed_query(self, text: str) -> Vector:
        if text not in self._queries:
            started = time.perf_counter()
            self._queries[text] = self._embedder.embed_query(text)
            self.milliseconds.append(1000 * (time.perf_counter() - started))
        return self._queries[text]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_passages(texts)
