"""A page of search results with the facets that narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the passages found have `value` in `field` (`language` or `collection`)."""

    field: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`total` counts the passages found, of which `hits` are the best."""

    query: str
    language: str
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]


def facets_of(hits: Sequence[Hit]) -> tuple[Facet, ...]:
    """Facets of these hits, each field's most frequent value first."""
    counts = {
        "language": Counter(hit.passage.language for hit in hits),
        "collection": Counter(hit.document.collection for hit in hits),
    }
    return tuple(
        Facet(field, value, count) for field, counter in counts.items() for value, count in counter.most_common()
    )
