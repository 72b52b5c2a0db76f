"""The basket as its page shows it: what is in it, in which order, and how it is taken along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from index.document import DocumentSummary, Passage
from ui.api_call import export_links_of
from ui.exports.record import passage_record
from ui.exports.reference import references
from ui.search_state import SearchState

Held = tuple[Passage, DocumentSummary]


@dataclass(frozen=True, slots=True)
class Item:
    """One passage; `without_url` is the address of the basket without it."""

    number: int
    passage: Passage
    document: DocumentSummary
    url: str
    without_url: str
    reference: str
    exports: list[tuple[str, str]]


class Basket:
    """What is `held` of the state's selection: what is gone, or not for this reader, is only counted."""

    def __init__(self, state: SearchState, held: Mapping[int, Held], server: str) -> None:
        numbers = [number for number in state.selection if number in held]
        self.missing = len(state.selection) - len(numbers)
        cited = references([passage_record(*held[number], server) for number in numbers])
        self.items = [_item(number, *held[number], reference, numbers, state)
                      for number, reference in zip(numbers, cited, strict=True)]  # fmt: skip
        self.references = list(dict.fromkeys(cited))
        self.exports = export_links_of([item.passage.id for item in self.items])
        self.orders = [(name, state.url("/basket", sel=_ordered(numbers, held, key))) for name, key in _ORDERS.items()]
        self.back_url = state.url()
        self.empty_url = state.url("/basket", sel=())
        self.kept_url = state.url("/basket", sel=numbers)


def _ordered(numbers: list[int], held: Mapping[int, Held], key: Callable[[Held], object]) -> list[int]:
    return sorted(numbers, key=lambda number: key(held[number]))  # type: ignore[arg-type,return-value]


def _by_date(item: Held) -> tuple[int, int]:
    """The newest first, and what has no date last."""
    day = item[1].date
    return -(day or date.min).toordinal(), item[0].span.start


def _by_title(item: Held) -> tuple[str, int]:
    return item[1].title.casefold(), item[0].span.start


_ORDERS: Mapping[str, Callable[[Held], object]] = {"date": _by_date, "title": _by_title}


def _item(
    number: int, passage: Passage, document: DocumentSummary, reference: str, numbers: list[int], state: SearchState
) -> Item:
    start, end = passage.span.start, passage.span.end
    url = f"/documents/{document.id}?start={start}&end={end}#p{start}"
    rest = [other for other in numbers if other != number]
    return Item(
        number, passage, document, url, state.url("/basket", sel=rest), reference, export_links_of([passage.id])
    )
