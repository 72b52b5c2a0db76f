"""A page of search results with the facets that narrow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.question import checked_question
from index.hit import Facet, Filters, Hit, Scope
from index.language import detect_language

if TYPE_CHECKING:
    from index.index import Index


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`total` counts the passages that scope and filters admit, all of them ranked; `hits` are the best.

    `facets` count the same way, each field's most frequent value first; see `index.hit.Counts`.
    """

    query: str
    language: str
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]


def search(
    index: Index, query: str, *, scope: Scope, limit: int = 10, language: str | None = None,
    filters: Filters = Filters(),
) -> SearchPage:  # fmt: skip
    """The best passages for words or a question, and counts of all that they are the best of.

    It needs no model but the one that embeds. Raises `InvalidRequest`.
    """
    query = checked_question(query)
    language = language or detect_language(query)
    result = index.search(query, language=language, limit=limit, scope=scope, filters=filters, counting=True)
    return SearchPage(query, language, result.counts.total, result.hits, result.counts.facets)
