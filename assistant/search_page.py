"""A page of search results with the facets that narrow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.question import checked_question
from index.hit import Filters, Hit, Scope
from index.language import detect_language

if TYPE_CHECKING:
    from index.index import Index

FACET_HITS = 200
"""Passages that facets are counted over."""


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


def search(
    index: Index, query: str, *, scope: Scope, limit: int = 10, language: str | None = None,
    filters: Filters = Filters(),
) -> SearchPage:  # fmt: skip
    """The best passages for words or a question, facets over the best `FACET_HITS`. Raises `InvalidRequest`.

    It needs no model but the one that embeds.
    """
    query = checked_question(query)
    language = language or detect_language(query)
    result = index.search(query, language=language, limit=max(limit, FACET_HITS), scope=scope, filters=filters)
    return SearchPage(query, language, len(result.hits), result.hits[:limit], _facets_of(result.hits))


def _facets_of(hits: Sequence[Hit]) -> tuple[Facet, ...]:
    """Facets of these hits, each field's most frequent value first."""
    counts = {
        "language": Counter(hit.passage.language for hit in hits),
        "collection": Counter(hit.document.collection for hit in hits),
    }
    return tuple(
        Facet(field, value, count) for field, counter in counts.items() for value, count in counter.most_common()
    )
