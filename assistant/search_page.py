"""A page of search results with the facets that narrow it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.question import checked_question
from index.hit import Facet, Filters, Hit
from index.language import detect_language
from index.passages import passage_number
from index.scope import Scope

if TYPE_CHECKING:
    from index.index import Index


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`total` counts the passages that scope and filters admit, all of them ranked; `hits` are the best.

    `facets` count the same way, each field's most frequent value first; see `index.hit.Counts`. `more` says whether
    there are hits behind these. `by_words`: like that of `index.hit.SearchResult`.
    """

    query: str
    language: str
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    more: bool = False
    by_words: bool = False


def search(
    index: Index, query: str, *, scope: Scope, limit: int = 10, language: str | None = None,
    filters: Filters = Filters(), seen: Collection[int] = (),
) -> SearchPage:  # fmt: skip
    """The best passages for words or a question, and counts of all that they are the best of.

    Without those `seen` on earlier pages, by number: what is added meanwhile neither repeats nor hides one.
    It needs no model but the one that embeds. Raises `InvalidRequest`.
    """
    query = checked_question(query)
    language = language or detect_language(query)
    wanted = len(seen) + limit + 1
    result = index.search(query, language=language, limit=wanted, scope=scope, filters=filters, counting=True)
    hits = [hit for hit in result.hits if passage_number(hit.passage.id) not in seen]
    total, facets = result.counts.total, result.counts.facets
    return SearchPage(query, language, total, tuple(hits[:limit]), facets, len(hits) > limit, result.by_words)
