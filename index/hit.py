"""What a search is asked and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.document import Audience, DocumentSummary, Passage

Vector = NDArray[np.float32]
"""One embedding, shape (dimensions,), unit length."""
Vectors = NDArray[np.float32]
"""Embeddings, shape (n, dimensions), rows of unit length."""

Scope = frozenset[Audience]
"""The audiences a request may see. It comes from the credential, never from the request's body."""

PUBLIC_ONLY: Scope = frozenset({Audience.PUBLIC})
EVERYTHING: Scope = frozenset(Audience)


class Mode(StrEnum):
    """Which engines a search asks."""

    DENSE = "dense"
    KEYWORDS = "keywords"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions that a request may choose, inside its scope. An empty one restricts nothing."""

    language: str | None = None
    collection: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its scores: `score` fused, `dense` a cosine, `keywords` in [0, 1]; 0 where not asked."""

    passage: Passage
    document: DocumentSummary
    score: float
    dense: float
    keywords: float


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent embedding the query and searching."""

    embed: float
    search: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`hits` best first; `total` counts the candidates in scope that the engines returned."""

    hits: tuple[Hit, ...]
    total: int
    timings: Timings
