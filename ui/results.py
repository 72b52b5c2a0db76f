"""A page of search results: its state in the address, its entries, facets and links to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BeforeValidator, field_validator

from assistant.search_page import SearchPage
from index.hit import FIELDS, Filters, Hit
from ui.excerpt import Excerpt, excerpt
from ui.facets import FacetGroup, facet_groups
from ui.filters import FilterValues, chosen_fields

PER_PAGE = 10
LAST_PAGE = 10
"""Ten pages of ten: the largest limit of a search."""


def _page_number(value: object) -> int:
    text = str(value)
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 5 else 1


class SearchState(FilterValues):
    """Everything a page of results depends on; an empty filter restricts nothing."""

    q: str = ""
    page: Annotated[int, BeforeValidator(_page_number)] = 1

    @field_validator(*FIELDS, mode="before")
    @classmethod
    def _distinct(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(value.strip() for value in values if value.strip()))

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters that are set, as pairs of a field and a value."""
        return chosen_fields(self)

    @property
    def limit(self) -> int:
        """How many hits a search must return for this page."""
        return self.page * PER_PAGE

    def settled(self, filters: Filters) -> SearchState:
        """This state with each value as facets name it: IT for Italy."""
        return self.model_copy(
            update={field: list(dict.fromkeys(map(str, getattr(filters, field)))) for field in FIELDS}
        )

    def within(self, found: SearchPage) -> SearchState:
        """This state, or that of the last page where there are not so many results."""
        last = max(1, -(-len(found.hits) // PER_PAGE))
        return self if self.page <= last else self.model_copy(update={"page": last})

    def url(self, **changes: object) -> str:
        """The address of this state with some parts changed; any change but the page's own starts at page one."""
        parts = {**self.model_dump(include={"q", *FIELDS}), "page": 1, **changes}
        ordered = {key: parts[key] for key in ("q", *FIELDS, "page")}
        shown = {key: value for key, value in ordered.items() if value and (key, value) != ("page", 1)}
        return "/?" + urlencode(shown, doseq=True)

    def toggled(self, field: str, value: str) -> str:
        """The address with one value of a field let go of, or added."""
        values = getattr(self, field)
        changed = [other for other in values if other != value] if value in values else [*values, value]
        return self.url(**{field: changed})


@dataclass(frozen=True, slots=True)
class Entry:
    """One hit as the page shows it."""

    hit: Hit
    excerpt: Excerpt
    url: str


class ResultsPage:
    """The hits of one page, with what can be chosen from here."""

    def __init__(self, state: SearchState, found: SearchPage) -> None:
        self.total = found.total
        self.first = (state.page - 1) * PER_PAGE + 1
        self.entries = [_entry(hit, state.q) for hit in found.hits[self.first - 1 : self.first - 1 + PER_PAGE]]
        self.groups: list[FacetGroup] = facet_groups(state, found)
        self.clear_url = state.url(**{field: [] for field in FIELDS}) if len(state.chosen) > 1 else None
        has_next = found.total > state.limit and len(found.hits) >= state.limit and state.page < LAST_PAGE
        self.next_url = state.url(page=state.page + 1) if has_next else None
        self.previous_url = state.url(page=state.page - 1) if state.page > 1 else None


def _entry(hit: Hit, query: str) -> Entry:
    shown = excerpt(hit.passage, query)
    start, end = shown.span.start, shown.span.end
    return Entry(hit, shown, f"/documents/{hit.document.id}?start={start}&end={end}#p{start}")
