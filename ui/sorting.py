"""Pages of a search by relevance, or by date among the most relevant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from assistant.assistant import Assistant
from assistant.search_page import SearchPage
from index.hit import Filters, Hit
from index.passages import passage_number
from index.scope import Scope
from ui.bodies.search import BY_SCORE, Sort
from ui.bodies.search_request import SearchRequest
from ui.search_cursor import Shown

SORTED = 100
"""The best passages, which are put in the order of their dates: every passage has some rank, however little it fits."""


def found_page(assistant: Assistant, asked: SearchRequest, scope: Scope, filters: Filters, shown: Shown) -> SearchPage:
    """One page in the order that was asked for. Raises `InvalidRequest`."""
    room = shown.room(asked.limit)
    return sorted_search(assistant, asked.query.value, asked.sort[0], scope, filters, room, shown.numbers)


def sorted_search(
    assistant: Assistant, query: str, sort: Sort, scope: Scope, filters: Filters, limit: int,
    seen: Collection[int] = (),
) -> SearchPage:  # fmt: skip
    """So many passages in this order, without those `seen` before. Raises `InvalidRequest`."""
    if sort == BY_SCORE:
        return assistant.search(query, scope=scope, limit=limit, filters=filters, seen=seen)
    best = assistant.search(query, scope=scope, limit=SORTED, filters=filters)
    hits = [hit for hit in _by_date(best.hits, sort) if passage_number(hit.passage.id) not in seen]
    return replace(best, hits=tuple(hits[:limit]), more=len(hits) > limit)


def _by_date(hits: tuple[Hit, ...], sort: str) -> list[Hit]:
    """Passages of the same day stay in the order of their relevance; those without a date come last."""
    dated = [hit for hit in hits if hit.document.date is not None]
    dated.sort(key=lambda hit: hit.document.date or date.min, reverse=sort == "date:desc")
    return [*dated, *(hit for hit in hits if hit.document.date is None)]
