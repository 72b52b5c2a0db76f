"""What a search is asked and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.condition import Condition
from index.document import Audience, DocumentSummary, Passage
from index.scope import Scope

Vector = NDArray[np.float32]
"""One embedding, shape (dimensions,), unit length."""
Vectors = NDArray[np.float32]
"""Embeddings, shape (n, dimensions), rows of unit length."""


def units(rows: NDArray[np.floating]) -> Vectors:
    """The same directions at unit length, one or a row each; none may be zero."""
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)


class Mode(StrEnum):
    """Which engines a search asks. `HYBRID` is how people's questions are searched: both engines, then re-ranked."""

    DENSE = "dense"
    KEYWORDS = "keywords"
    FUSED = "fused"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrictions that a request may choose, inside its scope. An empty one restricts nothing.

    A passage must fit every field, and fits one that names several values by any of them. `language` is the passage's
    own, the other fields are its document's; `year` is that of the document's date, `type` the kind of file.
    `where` is a further condition on the document; passages in one of `without_language` are left out.
    """

    language: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    type: tuple[str, ...] = ()
    collection: tuple[str, ...] = ()
    audience: tuple[Audience, ...] = ()
    document_id: str | None = None
    where: Condition | None = None
    without_language: tuple[str, ...] = ()

    def narrowed(self, scope: Scope) -> Scope:
        """What is left of the scope's audiences; a filter never widens it."""
        return scope & Scope(frozenset(self.audience)) if self.audience else scope

    @property
    def any(self) -> bool:
        """Whether anything is restricted."""
        return self != Filters()


FIELDS = ("language", "country", "theme", "organisation", "year", "type", "collection", "audience")
"""The fields of `Filters` that have facets, in the order people are shown them."""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many passages a search is left with that asks for `value`, and no other, in `field`."""

    field: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What a search chooses from, counted exactly, in passages: `total` are those that scope and filters admit.

    Every one of them has its rank by meaning, so how many there are does not depend on the query. A field's facets are
    counted as if nothing were chosen in that field, and the other filters hold: each says what choosing it would show.
    A text that several documents repeat counts once, wherever the filters admit more than one of them.
    """

    total: int
    facets: tuple[Facet, ...]


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
    """`hits` best first; `counts` are empty unless they were asked for.

    `by_words`: the server of the vectors could not be asked, so only words and what is new found anything.
    """

    hits: tuple[Hit, ...]
    timings: Timings
    counts: Counts = Counts(0, ())
    by_words: bool = False
