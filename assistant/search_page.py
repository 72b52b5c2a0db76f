"""A page of search results with the facets that narrow it."""

from __future__ import annotations

from dataclasses import dataclass

from index.hit import Facet, Hit


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
