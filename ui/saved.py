"""Kept searches as their page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.saved_searches import SavedSearch, SavedSearches
from index.arrivals import newest_passage
from index.errors import InvalidRequest
from index.passages import passage_number
from ui.bodies.search import BY_SCORE
from ui.search_state import SearchState
from ui.sorting import SORTED, sorted_search


@dataclass(frozen=True, slots=True)
class Shown:
    """One search; `new` counts those of its best passages that came since the last look, None where it is broken."""

    search: SavedSearch
    state: SearchState
    new: int | None


def shown(assistant: Assistant, saved: SavedSearches, caller: Caller) -> Sequence[Shown]:
    """All of the caller's own. Only where something came since is a search asked again."""
    newest = newest_passage(assistant.index.library.engine)
    return [_shown(assistant, search, caller, newest) for search in saved.of(caller)]


def _shown(assistant: Assistant, search: SavedSearch, caller: Caller, newest: int) -> Shown:
    state = SearchState.of_address(search.address)
    if newest <= search.seen:
        return Shown(search, state, 0)
    try:
        found = sorted_search(assistant, state.q, BY_SCORE, caller.scope, state.filters(), SORTED)
    except InvalidRequest:
        # It asks for what an earlier version still knew.
        return Shown(search, state, None)
    return Shown(search, state, sum(passage_number(hit.passage.id) > search.seen for hit in found.hits))
