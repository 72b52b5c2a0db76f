"""A document's stored text, cut into paragraphs for reading, with one span marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from index.document import Passage, Span

_BREAK = re.compile(r"\n\s*\n")
_LONGEST_HEADING = 100
_ENDINGS = frozenset(".,;:!?…،؛؟。")


def _offset(value: object) -> int | None:
    text = str(value)
    # More digits than any text has characters, and fewer than would take long to read.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


Offset = Annotated[int | None, BeforeValidator(_offset)]


class QuoteState(BaseModel):
    """The part of a document's address that says which characters to mark."""

    start: Offset = None
    end: Offset = None

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
class Paragraph:
    """A paragraph or heading; `page` is set where a new page of the original begins."""

    runs: tuple[Run, ...]
    is_heading: bool
    page: int | None


def paragraphs(text: str, passages: Sequence[Passage], quoted: Span | None) -> list[Paragraph]:
    """All of `text` in order; nothing is left out but the empty lines between paragraphs."""
    sections = {part for passage in passages if passage.section for part in _section_parts(passage.section)}
    paged = sorted((passage.span.start, passage.page) for passage in passages if passage.page is not None)
    starts = [start for start, _ in paged]
    blocks = _blocks(text)
    words = [text[block.start : block.end].strip() for block in blocks]
    anchor = f"p{quoted.start}" if quoted else None
    shown: int | None = None
    result = []
    for position, (block, following) in enumerate(zip(blocks, [*words[1:], ""], strict=True)):
        place = bisect_left(starts, block.end)
        page = paged[place - 1][1] if place else None
        runs = tuple(_runs(text, block, quoted, anchor))
        if any(run.marked for run in runs):
            anchor = None
        is_heading = words[position] in sections or _looks_like_heading(words[position], following)
        result.append(Paragraph(runs, is_heading, page if page != shown else None))
        shown = page
    return result


def _looks_like_heading(words: str, following: str) -> bool:
    """The stored text does not say what is a heading: a short line without a full stop, above a longer paragraph."""
    is_line = len(words) <= _LONGEST_HEADING and "\n" not in words and words[:1].isalnum()
    return is_line and words[-1:] not in _ENDINGS and len(following) > 2 * len(words)


def _section_parts(section: str) -> list[str]:
    return [section, *re.split(r"\s[>›/]\s", section)]


def _blocks(text: str) -> list[Span]:
    blocks = []
    start = 0
    for gap in _BREAK.finditer(text):
        blocks.append(Span(start, gap.start()))
        start = gap.end()
    blocks.append(Span(start, len(text)))
    return [block for block in blocks if text[block.start : block.end].strip()]


def _runs(text: str, block: Span, quoted: Span | None, anchor: str | None) -> list[Run]:
    """The block in up to three runs: before, inside and after the quoted span."""
    if quoted is None or quoted.end <= block.start or quoted.start >= block.end:
        return [Run(text[block.start : block.end], False)]
    start, end = max(quoted.start, block.start), min(quoted.end, block.end)
    before, after = text[block.start : start], text[end : block.end]
    runs = [Run(before, False), Run(text[start:end], True, anchor), Run(after, False)]
    return [run for run in runs if run.text]
