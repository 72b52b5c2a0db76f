"""A page of search results: its entries, facets and links to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.search_page import SearchPage
from index.hit import FIELDS, Hit
from index.passages import passage_number
from ui.api_call import export_links_of
from ui.bodies.search import BY_SCORE, Sort
from ui.excerpt import Excerpt, excerpt
from ui.exports.record import passage_record
from ui.exports.reference import references
from ui.facets import FacetGroup, facet_groups
from ui.search_state import LAST_PAGE, PER_PAGE, SearchState
from ui.selection import as_text

SORTS: tuple[Sort, ...] = (BY_SCORE, "date:desc", "date:asc")


@dataclass(frozen=True, slots=True)
class Entry:
    """One hit as the page shows it; `number` is the passage's, `reference` how it is cited, `exports` its files."""

    hit: Hit
    excerpt: Excerpt
    url: str
    number: int
    reference: str
    exports: list[tuple[str, str]]
    is_selected: bool
    is_new: bool


class ResultsPage:
    """The hits of one page, with what can be chosen from here."""

    def __init__(self, state: SearchState, found: SearchPage, server: str) -> None:
        self.total = found.total
        self.by_words = found.by_words
        self.first = (state.page - 1) * PER_PAGE + 1
        self.entries = _entries(found.hits[self.first - 1 : self.first - 1 + PER_PAGE], state, server)
        self.groups: list[FacetGroup] = facet_groups(state, found)
        nothing: dict[str, list[str]] = {field: [] for field in (*FIELDS, "without")}
        self.clear_url = state.url(**nothing) if len(state.chosen) > 1 else None
        self.sorts = [(sort, state.url(sort=sort), sort == state.sort) for sort in SORTS]
        self.next_url = state.url(page=state.page + 1) if found.more and state.page < LAST_PAGE else None
        self.previous_url = state.url(page=state.page - 1) if state.page > 1 else None
        self.new = sum(entry.is_new for entry in self.entries)
        self._select(state)

    def _select(self, state: SearchState) -> None:
        here = tuple(entry.number for entry in self.entries)
        self.elsewhere = as_text(number for number in state.selection if number not in here)
        """What is in the basket besides the passages of this page, whose boxes say whether they are."""
        self.all_url = state.with_selected(here) if not set(here) <= set(state.selection) else None
        self.none_url = state.url(sel=()) if state.selection else None


def _entries(hits: tuple[Hit, ...], state: SearchState, server: str) -> list[Entry]:
    cited = references([passage_record(hit.passage, hit.document, server) for hit in hits])
    chosen = frozenset(state.selection)
    return [_entry(hit, state, reference, chosen) for hit, reference in zip(hits, cited, strict=True)]


def _entry(hit: Hit, state: SearchState, reference: str, chosen: frozenset[int]) -> Entry:
    shown, number = excerpt(hit.passage, state.q), passage_number(hit.passage.id)
    start, end = shown.span.start, shown.span.end
    url = f"/documents/{hit.document.id}?start={start}&end={end}#p{start}"
    is_new = state.since is not None and number > state.since
    exports = export_links_of([hit.passage.id])
    return Entry(hit, shown, url, number, reference, exports, number in chosen, is_new)
