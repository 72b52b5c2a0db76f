"""Facets as the researchers' page shows them: links that choose a value or let go of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.messages import message
from assistant.search_page import SearchPage
from index.hit import FIELDS, Facet
from ui.languages import country_name, language_name

SHOWN = 8
"""Values of a field that are shown at once."""
MOST_MORE = 100
"""Values behind "more"; whoever needs a rarer one searches for its words."""
_FILE_NAMES = {"text": "TXT", "markdown": "Markdown", "eml": "E-mail"}


class State(Protocol):
    """What a facet must know of the page's state."""

    @property
    def chosen(self) -> list[tuple[str, str]]: ...

    def excluded(self, field: str) -> list[str]: ...

    def toggled(self, field: str, value: str) -> str: ...

    def turned(self, field: str, value: str) -> str: ...


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a facet: choosing it at `url` and leaving it out at `out_url`, or letting go of either."""

    value: str
    count: int
    url: str
    out_url: str
    chosen: bool
    left_out: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The values of one field: `first` are shown, `more` on demand."""

    field: str
    first: Sequence[FacetLink]
    more: Sequence[FacetLink]


def facet_groups(state: State, found: SearchPage) -> list[FacetGroup]:
    """One group for each field that leaves a choice; the language is always told."""
    groups = []
    for field in FIELDS:
        links = _links(state, [facet for facet in found.facets if facet.field == field], field)
        if len(links) > 1 or any(link.chosen or link.left_out for link in links) or (links and field == "language"):
            groups.append(FacetGroup(field, links[:SHOWN], links[SHOWN : SHOWN + MOST_MORE]))
    return groups


def _links(state: State, facets: Sequence[Facet], field: str) -> list[FacetLink]:
    """First what is chosen or left out, even where nothing has it; then the most frequent, but years by their age."""
    chosen, excluded = [value for name, value in state.chosen if name == field], state.excluded(field)
    counts = {facet.value: facet.count for facet in facets}
    values = sorted(counts, reverse=True) if field == "year" else list(counts)
    settled = list(dict.fromkeys([*chosen, *excluded]))
    return [
        FacetLink(
            value, counts.get(value, 0), state.toggled(field, value), state.turned(field, value), value in chosen,
            value in excluded,
        )
        for value in [*settled, *(value for value in values if value not in settled)]
    ]  # fmt: skip


def value_name(field: str, value: str, *, interface: str) -> str:
    """What a value is called in the interface's language."""
    match field:
        case "language":
            return language_name(value, interface) or value
        case "country":
            return country_name(value, interface)
        case "audience":
            return message(f"page_audience_{value}", interface)
        case "type":
            return _FILE_NAMES.get(value, value.upper())
    return value
