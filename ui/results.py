"""A page of search results: its state in the address, its entries, facets and links to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator

from assistant.search_page import SearchPage
from index.hit import Hit
from ui.excerpt import Excerpt, excerpt

PER_PAGE = 10
LAST_PAGE = 10
"""Ten pages of ten: the largest limit of a search."""


def _page_number(value: object) -> int:
    text = str(value)
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 5 else 1


class SearchState(BaseModel):
    """Everything a page of results depends on; an empty filter restricts nothing."""

    q: str = ""
    language: str = ""
    collection: str = ""
    page: Annotated[int, BeforeValidator(_page_number)] = 1

    @property
    def limit(self) -> int:
        """How many hits a search must return for this page."""
        return self.page * PER_PAGE

    def within(self, found: SearchPage) -> SearchState:
        """This state, or that of the last page where there are not so many results."""
        last = max(1, -(-len(found.hits) // PER_PAGE))
        return self if self.page <= last else self.model_copy(update={"page": last})

    def url(self, **changes: object) -> str:
        """The address of this state with some parts changed; any change but the page's own starts at page one."""
        parts = {**self.model_dump(), "page": 1, **changes}
        return "/?" + urlencode({key: value for key, value in parts.items() if value and (key, value) != ("page", 1)})


@dataclass(frozen=True, slots=True)
class Entry:
    """One hit as the page shows it."""

    hit: Hit
    excerpt: Excerpt
    url: str


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet: choosing it, or letting go of it when it is chosen."""

    value: str
    count: int
    url: str
    chosen: bool


class ResultsPage:
    """The hits of one page, with what can be chosen from here."""

    def __init__(self, state: SearchState, found: SearchPage) -> None:
        self.total = found.total
        self.first = (state.page - 1) * PER_PAGE + 1
        self.entries = [_entry(hit, state.q) for hit in found.hits[self.first - 1 : self.first - 1 + PER_PAGE]]
        self.facets = {
            "language": _links(state, found, "language", state.language),
            "collection": _links(state, found, "collection", state.collection),
        }
        has_next = found.total > state.limit and len(found.hits) >= state.limit and state.page < LAST_PAGE
        self.next_url = state.url(page=state.page + 1) if has_next else None
        self.previous_url = state.url(page=state.page - 1) if state.page > 1 else None


def _entry(hit: Hit, query: str) -> Entry:
    shown = excerpt(hit.passage, query)
    start, end = shown.span.start, shown.span.end
    return Entry(hit, shown, f"/documents/{hit.document.id}?start={start}&end={end}#p{start}")


def _links(state: SearchState, found: SearchPage, field: str, chosen: str) -> list[FacetLink]:
    links = [
        FacetLink(
            facet.value,
            facet.count,
            state.url(**{field: "" if facet.value == chosen else facet.value}),
            facet.value == chosen,
        )
        for facet in found.facets
        if facet.field == field
    ]
    if chosen and not any(link.chosen for link in links):
        links.insert(0, FacetLink(chosen, 0, state.url(**{field: ""}), True))
    return links
