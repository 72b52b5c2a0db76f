"""A document's stored text as its page shows it: in parts of bearable length, with one span marked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from index.document import Landmark, Passage, Span
from ingest.lines import NUMBER
from ui.structure import Block, Kind, blocks

PART = 60_000
"""Characters of a part: about 25 KB of a page when compressed, in most scripts. A text of two parts is shown whole."""
MOST_ENTRIES = 150
"""Headings that are listed; of more, only the higher ones."""


def _number(value: object) -> int | None:
    text = str(value)
    # More digits than any text has characters, and fewer than would take long to read.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


Number = Annotated[int | None, BeforeValidator(_number)]


class QuoteState(BaseModel):
    """The part of a document's address that says which characters to mark, and what to show of a long text.

    `page` is one of the original's; `whole` asks for the text in one piece, as for printing.
    """

    start: Number = None
    end: Number = None
    page: Number = None
    part: Number = None
    whole: bool = False

    def span(self, length: int) -> Span | None:
        """The span to mark, or None if a text of this length has no such characters."""
        if self.start is None or self.end is None or not self.start < self.end <= length:
            return None
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `anchor` is the element's id when the quoted span begins here."""

    text: str
    marked: bool
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A block with its words: rows of cells of runs. `page` is set where a new page of the original begins.

    `language` is the passage's own.
    """

    kind: Kind
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    head: tuple[str, ...]
    level: int
    anchor: str
    language: str | None
    page: int | None

    @property
    def columns(self) -> int:
        """Columns of a table."""
        return max([len(self.head), *(len(row) for row in self.rows)])

    @property
    def is_numbered(self) -> bool:
        """Whether a list's items begin with numbers of their own."""
        return all(NUMBER.match("".join(run.text for run in row[0])) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading in the table of contents; `depth` is 0 for the highest."""

    words: str
    depth: int
    part: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown of a text: a part of it, counted from 1, or all; `part` is None where there is only one."""

    body: tuple[Shown, ...]
    outline: tuple[Entry, ...]
    parts: int
    part: int | None
    page: int | None


class Text:
    """A document's text with its structure, from which parts are read."""

    def __init__(
        self, text: str, passages: Sequence[Passage], landmarks: Sequence[Landmark] | None = None, part: int = PART
    ) -> None:
        self._text = text
        self._passages = passages
        self._starts = [passage.span.start for passage in passages]
        self._blocks = blocks(text, passages, landmarks)
        self._first = _first_blocks(self._blocks, len(text), part)
        # A passage tells where it begins, and may go on on the next page.
        self._are_known = landmarks is not None
        places = (
            [(each.span.start, each.page) for each in passages]
            if landmarks is None
            else [(each.span.start, each.page) for each in landmarks]
        )
        self._places = [(start, page) for start, page in places if page is not None]
        self._pages = [self._page_at(block.span.end - 1) for block in self._blocks]

    def read(self, state: QuoteState, title: str = "") -> Reading:
        """The part that holds what is quoted, or is asked for; the first if nothing is."""
        quoted = state.span(len(self._text))
        parts = len(self._first)
        number = self._part_of(state, quoted)
        is_whole = state.whole or parts == 1
        first = 0 if is_whole else self._first[number - 1]
        end = len(self._blocks) if is_whole or number == parts else self._first[number]
        body = tuple(self._shown(range(first, end), quoted))
        page = self._page_of(quoted) if quoted else state.page
        return Reading(body, tuple(self._outline(title)), parts, None if is_whole else number, page)

    def pages_of(self, span: Span) -> tuple[int, ...]:
        """The original's pages on which the span may stand, at most two."""
        first, last = self._page_at(span.start), self._page_at(span.end - 1)
        if first is None or last is None:
            return ()
        if self._may_go_on(span):
            last = max(last, first + 1)
        return (first,) if last <= first else (first, first + 1)

    def _may_go_on(self, span: Span) -> bool:
        """Whether the block, or the passage, that the span begins in may end on the next page: the last of a page."""
        place = bisect_right(self._places, span.start, key=itemgetter(0))
        if place == len(self._places) or self._places[place][1] <= self._places[place - 1][1]:
            return False
        if not self._are_known:
            return True
        block = bisect_left([each.span.end for each in self._blocks], span.end)
        return block + 1 < len(self._blocks) and self._blocks[block + 1].span.start >= self._places[place][0]

    @property
    def page_count(self) -> int:
        """The last page of the original that has text; 0 where there are no pages."""
        return max((page for _, page in self._places), default=0)

    def _page_at(self, place: int) -> int | None:
        found = bisect_right(self._places, place, key=itemgetter(0))
        return self._places[found - 1][1] if found else None

    def _page_of(self, span: Span) -> int | None:
        return next(iter(self.pages_of(span)), None)

    def _part_of(self, state: QuoteState, quoted: Span | None) -> int:
        if state.part is not None:
            return max(1, min(state.part, len(self._first)))
        block = 0
        if quoted is not None:
            block = bisect_left([each.span.end for each in self._blocks], quoted.start + 1)
        elif state.page is not None:
            block = next((at for at, page in enumerate(self._pages) if page is not None and page >= state.page), 0)
        return max(1, bisect_right(self._first, block))

    def _passage_of(self, block: Block) -> Passage | None:
        place = bisect_left(self._starts, block.span.end)
        return self._passages[place - 1] if place else None

    def _shown(self, numbers: range, quoted: Span | None) -> Iterator[Shown]:
        anchor = f"p{quoted.start}" if quoted else None
        shown: int | None = None
        for at in numbers:
            block, page, passage = self._blocks[at], self._pages[at], self._passage_of(self._blocks[at])
            rows: list[tuple[tuple[Run, ...], ...]] = []
            for cells in block.rows:
                runs: list[tuple[Run, ...]] = []
                for cell in cells:
                    runs.append(tuple(_runs(self._text, cell, quoted, anchor)))
                    if any(run.marked for run in runs[-1]):
                        anchor = None  # an id is an element's alone
                rows.append(tuple(runs))
            yield Shown(
                block.kind, tuple(rows), block.head, block.level, f"t{block.span.start}",
                passage.language if passage else None, page if page != shown else None,
            )  # fmt: skip
            shown = page

    def _outline(self, title: str) -> Iterator[Entry]:
        found = [
            (at, block, " ".join(self._text[block.span.start : block.span.end].split()))
            for at, block in enumerate(self._blocks)
            if block.kind == "heading"
        ]
        # The title stands above already.
        found = [each for each in found if each[2] != title]
        deepest = max((block.level for _, block, _ in found), default=2)
        while deepest > 2 and sum(block.level <= deepest for _, block, _ in found) > MOST_ENTRIES:
            deepest -= 1
        listed = [each for each in found if each[1].level <= deepest][:MOST_ENTRIES]
        highest = min((block.level for _, block, _ in listed), default=2)
        for at, block, words in listed:
            yield Entry(words, block.level - highest, max(1, bisect_right(self._first, at)), f"t{block.span.start}")


def _first_blocks(found: Sequence[Block], length: int, part: int) -> list[int]:
    """The number of each part's first block."""
    if length <= 2 * part or not found:
        return [0]
    first, start = [0], found[0].span.start
    for at, block in enumerate(found):
        if block.span.end - start > part and at > first[-1]:
            first.append(at)
            start = block.span.start
    return first


def _runs(text: str, cell: Span, quoted: Span | None, anchor: str | None) -> list[Run]:
    """The cell in up to three runs: before, inside and after the quoted span."""
    if quoted is None or quoted.end <= cell.start or quoted.start >= cell.end:
        return [Run(text[cell.start : cell.end], False)]
    start, end = max(quoted.start, cell.start), min(quoted.end, cell.end)
    before, after = text[cell.start : start], text[end : cell.end]
    runs = [Run(before, False), Run(text[start:end], True, anchor), Run(after, False)]
    return [run for run in runs if run.text]
