"""What a page of the search depends on, as its address says it."""

from __future__ import annotations

from typing import Annotated, Any, get_args
from urllib.parse import parse_qs, urlencode

from pydantic import BeforeValidator, Field, field_validator

from assistant.search_page import SearchPage
from index.hit import FIELDS, Filters
from ui.bodies.search import BY_SCORE, Sort
from ui.filters import FilterValues, chosen_fields
from ui.selection import as_text, limited, selected

PER_PAGE = 10
LAST_PAGE = 10
"""Ten pages of ten: the largest limit of a search."""
_ORDER = ("q", *FIELDS, "without", "sort", "page", "since", "sel")


def _page_number(value: object) -> int:
    text = str(value)
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _passage_number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _sort(value: object) -> object:
    return value if value in get_args(Sort) else BY_SCORE


class SearchState(FilterValues):
    """Everything a page of results depends on; an empty filter restricts nothing.

    `sel` is the basket. Passages with a higher number than `since` are marked as new.
    """

    q: str = ""
    sort: Annotated[Sort, BeforeValidator(_sort)] = BY_SCORE
    page: Annotated[int, BeforeValidator(_page_number)] = 1
    since: Annotated[int | None, BeforeValidator(_passage_number)] = None
    sel: list[str] = Field(default=[])

    @field_validator(*FIELDS, "without", mode="before")
    @classmethod
    def _distinct(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(value.strip() for value in values if value.strip()))

    @classmethod
    def of_address(cls, query: str) -> SearchState:
        """The state that an address says behind its question mark."""
        said = parse_qs(query)
        many = {*FIELDS, "without", "sel"}
        return cls.model_validate({name: values if name in many else values[-1] for name, values in said.items()})

    @property
    def kept_address(self) -> str:
        """Just the search, as it is kept: without page, basket and marks."""
        return self.url(sel=(), since=None, page=1).removeprefix("/").removeprefix("?")

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters that are set, as the pairs of an address."""
        return chosen_fields(self)

    @property
    def selection(self) -> tuple[int, ...]:
        """The numbers of the passages in the basket, in its order."""
        return selected(self.sel)

    @property
    def limit(self) -> int:
        """How many hits a search must return for this page."""
        return self.page * PER_PAGE

    def excluded(self, field: str) -> list[str]:
        """The values of a field that are left out."""
        pairs = (pair.partition(":") for pair in self.without)
        return [value for name, _, value in pairs if name == field]

    def settled(self, filters: Filters) -> SearchState:
        """This state with each value as facets name it: IT for Italy."""
        named = {field: list(dict.fromkeys(map(str, getattr(filters, field)))) for field in FIELDS}
        pairs = [f"{field}:{value}" for field, values in self.left_out().items() for value in values]
        return self.model_copy(update={**named, "without": list(dict.fromkeys(pairs))})

    def within(self, found: SearchPage) -> SearchState:
        """This state, or that of the last page where there are not so many results."""
        last = max(1, -(-len(found.hits) // PER_PAGE))
        return self if self.page <= last else self.model_copy(update={"page": last})

    def url(self, path: str = "/", /, **changes: Any) -> str:
        """The address of this state with some parts changed; whatever changes what is found starts at page one."""
        parts = {**self.model_dump(include=set(_ORDER)), "sel": self.selection, **changes}
        if "page" not in changes and not changes.keys() <= {"sel"}:
            parts["page"] = 1
        parts["sel"] = as_text(parts["sel"])
        usual = (("page", 1), ("sort", BY_SCORE))
        shown = {key: parts[key] for key in _ORDER if parts[key] and (key, parts[key]) not in usual}
        return f"{path}?{urlencode(shown, doseq=True, safe=',:')}" if shown else path

    def hidden(self, *left: str) -> list[tuple[str, str]]:
        """What a form must carry on besides its own fields, without the parts that are `left` to it."""
        pairs = [("q", self.q), *self.chosen]
        pairs += [("sort", self.sort)] if self.sort != BY_SCORE else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        pairs += [("since", str(self.since))] if self.since else []
        pairs += [("sel", as_text(self.selection))] if self.selection else []
        return [pair for pair in pairs if pair[0] not in left]

    def toggled(self, field: str, value: str) -> str:
        """The address with one value of a field let go of, or added."""
        values = getattr(self, field)
        changed = [other for other in values if other != value] if value in values else [*values, value]
        return self.url(**{field: changed})

    def turned(self, field: str, value: str) -> str:
        """The address with one value of a field left out, or not left out any more."""
        pair = f"{field}:{value}"
        kept = [other for other in self.without if other != pair]
        changed = kept if pair in self.without else [*self.without, pair]
        return self.url(without=changed, **{field: [other for other in getattr(self, field) if other != value]})

    def with_selected(self, numbers: tuple[int, ...]) -> str:
        """The address with these passages in the basket, too."""
        return self.url(sel=limited([*self.selection, *numbers]))
