"""The ways of searching that are measured beside each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eval.corpus import Query
from index.hit import Mode, SearchResult
from index.index import Index
from index.scope import PUBLIC_ONLY

DEPTH = 50
"""Passages asked for, so that ten sources are left when several passages come from one."""

Search = Callable[[Index, Query], SearchResult]


@dataclass(frozen=True, slots=True)
class Way:
    """`part`: one engine alone, which the whole should never be worse than."""

    name: str
    search: Search
    part: bool = False


def by(mode: Mode) -> Search:
    """Search as a visitor, with these engines."""

    def search(index: Index, query: Query) -> SearchResult:
        return index.search(query.text, language=query.language, limit=DEPTH, scope=PUBLIC_ONLY, mode=mode)

    return search


WAYS = (
    Way(Mode.DENSE.value, by(Mode.DENSE), part=True),
    Way(Mode.KEYWORDS.value, by(Mode.KEYWORDS), part=True),
    Way(Mode.FUSED.value, by(Mode.FUSED)),
    Way(Mode.HYBRID.value, by(Mode.HYBRID)),
)
"""A further one, such as a re-ranking of these, is one more line; tables, plots and comparisons take it up."""
PRODUCT = Mode.HYBRID.value
"""The way in which the product searches by itself: aims are for this one."""
