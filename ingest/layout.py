"""The stored text: blocks in a row, and where each of them stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Landmark, Span
from ingest.block import Block
from ingest.lines import NUMBER

_MARK = "• "


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block and its place: `text[span.start:span.end] == block.text`."""

    block: Block
    span: Span


@dataclass(frozen=True, slots=True)
class Layout:
    """A document's stored text with its blocks in order."""

    text: str
    blocks: tuple[PlacedBlock, ...]


def lay_out(blocks: Sequence[Block]) -> Layout:
    """Join the blocks: items of a list and rows of a table on lines of their own, everything else after an empty line.

    Items get a mark that stands outside their span, so that no quote begins with one.
    """
    parts: list[str] = []
    placed: list[PlacedBlock] = []
    position = 0
    previous: Block | None = None
    for block in blocks:
        lead = "" if previous is None else "\n" if _goes_with(previous, block) else "\n\n"
        if block.kind == "item" and not NUMBER.match(block.text):
            lead += _MARK
        start = position + len(lead)
        parts.extend((lead, block.text))
        placed.append(PlacedBlock(block, Span(start, start + len(block.text))))
        position = start + len(block.text)
        previous = block
    return Layout("".join(parts), tuple(placed))


def landmarks(layout: Layout) -> tuple[Landmark, ...]:
    """Its headings, and what stands first on each page."""
    found = []
    page: int | None = None
    for placed in layout.blocks:
        block = placed.block
        level = max(1, block.level) if block.kind == "heading" else 0
        if level or block.page != page:
            found.append(Landmark(placed.span, level, block.page))
        page = block.page
    return tuple(found)


def _goes_with(previous: Block, block: Block) -> bool:
    return block.kind == previous.kind and block.kind in ("item", "row")
