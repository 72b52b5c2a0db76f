"""A library of passages that were never written: made-up words and clustered vectors, for measuring speed alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from index.database import writing
from index.document import Audience, DocumentDraft, PassageDraft, Span
from index.draft_rows import put_rows
from index.embedded import EmbeddedPassage, EmbeddedQuery
from index.hit import Vectors, units
from index.late_interaction import IN_A_BYTE
from index.library import Library

DIMENSIONS = 384
"""Those of the bundled model."""
CLUSTERS = 1000
SPREAD = 0.8
"""Length of what is added to a cluster's unit vector, so that neighbours are near but not the same."""
PASSAGES_PER_DOCUMENT = 10
WORDS_PER_PASSAGE = 60
TOKENS_PER_PASSAGE = 90
TOKENS_PER_QUERY = 15
VOCABULARY = 50_000
BATCH = 250
"""Documents written in one transaction: a transaction of each one's own would take a hundred times as long."""
SOMALI = CLUSTERS // 30
"""The first clusters: their documents, one in thirty, are the Somali ones."""


class ClusteredVectors:
    """An embedder that reads nothing: each passage and query gets a random vector near one of the clusters."""

    name = "synthetic"

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._centres = units(self._random.standard_normal((CLUSTERS, DIMENSIONS)))

    def near(self, clusters: Sequence[int]) -> Vectors:
        noise = units(self._random.standard_normal((len(clusters), DIMENSIONS)))
        return units(self._centres[list(clusters)] + SPREAD * noise)

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        return self.embedded(self._random.integers(CLUSTERS, size=len(texts)).tolist())

    def embedded(self, clusters: Sequence[int]) -> list[EmbeddedPassage]:
        """Passages near these clusters, with as many tokens as a passage of such a length has."""
        size = TOKENS_PER_PASSAGE * DIMENSIONS // IN_A_BYTE
        return [EmbeddedPassage(vector, self._random.bytes(size)) for vector in self.near(clusters)]

    def embed_query(self, text: str) -> EmbeddedQuery:
        """Near a cluster of documents that are not Somali; the same text is always in the same place."""
        random = np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]))
        noise = units(random.standard_normal((1, DIMENSIONS)))
        centre = self._centres[[int(random.integers(SOMALI, CLUSTERS))]]
        tokens = random.standard_normal((TOKENS_PER_QUERY, DIMENSIONS)).astype(np.float32)
        return EmbeddedQuery(units(centre + SPREAD * noise)[0], tokens)


def fill(library: Library, vectors: ClusteredVectors, passages: int, seed: int = 0) -> None:
    """Write so many passages, each document's near one cluster. What a collection holds is its name: `share 0.01`."""
    random = np.random.default_rng(seed)
    documents = passages // PASSAGES_PER_DOCUMENT
    for first in range(0, documents, BATCH):
        with Session(writing(library.engine)) as session, session.begin():
            for number in range(first, min(first + BATCH, documents)):
                cluster = int(random.integers(CLUSTERS))
                draft = _draft(number, documents, cluster, list(_texts(random)))
                keys = [hashlib.sha256(f"{number} {i}".encode()).digest() for i in range(PASSAGES_PER_DOCUMENT)]
                near = vectors.embedded([cluster] * PASSAGES_PER_DOCUMENT)
                put_rows(session, draft, f"{number:020d}", 1, keys, dict(zip(keys, near, strict=True)))


def words(random: np.random.Generator, count: int) -> str:
    """Words as often as in a natural language: the n-th most frequent one n times less than the first."""
    ranks = np.minimum(random.zipf(1.2, size=count), VOCABULARY)
    return " ".join(f"w{rank}x" for rank in ranks)


def _draft(number: int, documents: int, cluster: int, texts: Sequence[str]) -> DocumentDraft:
    passages, start = [], 0
    language = "so" if cluster < SOMALI else "en"
    for text in texts:
        span = Span(start, start + len(text))
        passages.append(PassageDraft(span, (span,), "", language))
        start = span.end + 1
    name = f"document-{number}"
    return DocumentDraft(
        name, name, name, name, language, "\n".join(texts), tuple(passages), Audience.PUBLIC,
        collection=_collection(number / documents), date=date(2000 + number % 25, 1, 1), type="html",
        country=("IT", "RO", "FR")[number % 3], organisation=f"Organisation {number % 40}",
        theme=f"Theme {number % 15}",
    )  # fmt: skip


def _collection(place: float) -> str:
    return next((f"share {share}" for share in ("0.0001", "0.01", "0.3") if place < float(share)), "rest")


def _texts(random: np.random.Generator) -> Iterator[str]:
    for _ in range(PASSAGES_PER_DOCUMENT):
        yield words(random, WORDS_PER_PASSAGE)
