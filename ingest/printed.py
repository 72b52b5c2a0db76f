"""Printed pages: running heads and page numbers go, lines become headings, paragraphs and items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.block import Block
from ingest.lines import BULLET, NUMBER, join_lines, join_words
from ingest.reading_order import in_place

CELLS = " | "
"""What stands between the cells of a row."""

_EDGE = 2  # lines at the top and bottom of a page among which running heads are looked for
_REPEATED = 0.5  # share of the pages on which a running head stands
_LEVEL = 12.0  # points by which the height of a running head may differ between pages
_LARGER = 1.12  # times the size of the running text from which a line is a heading
_LONGEST_HEADING = 160
_NARROW = 30  # characters of a line up to which bold type in many lines is a heading set in the margin
_GAP = 1.35  # times the usual distance of lines from which a paragraph ends
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^[-–—|\s]*(?:(?:page|pag(?:ina|\.)?|página|seite|стор(?:інка|\.)?|стр(?:аница|\.)?|صفحة|bogga|p\.)\s*)?"
    r"\d{1,4}(?:\s*(?:/|of|di|din|de|sur|von|з|из|من)\s*\d{1,4})?[-–—|\s]*$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?:;…؟。।]['\"”»)]*$")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of a page: `size` of its letters and `y` of its foot in points, counted from the page's bottom."""

    text: str
    size: float
    y: float
    bold: bool
    page: int


def printed_blocks(pages: Sequence[Sequence[PrintedLine]]) -> list[Block]:
    """The blocks of a document's pages. A paragraph that goes on over a page break is one, on its first page."""
    pages = [in_place(page) for page in pages]
    own = [line for page in _without_running_heads(pages) for line in page] or [line for page in pages for line in page]
    if not own:
        return []
    sizes: Counter[float] = Counter()
    for line in own:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0]
    levels = {
        size: level for level, size in enumerate(sorted({s for s in sizes if s >= body * _LARGER}, reverse=True), 1)
    }
    blocks: list[Block] = []
    for group in _groups(own, body):
        blocks.extend(_group_blocks(group, body, levels))
    return _joined_over_pages(blocks)


def _without_running_heads(pages: Sequence[Sequence[PrintedLine]]) -> list[list[PrintedLine]]:
    counts: Counter[tuple[str, int]] = Counter()
    filled = [page for page in pages if page]
    for page in filled:
        counts.update({_key(line) for line in _edges(page)})
    kept = []
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        kept.append(
            [line for line in page if id(line) not in edges or not _is_running(line, page, counts, len(filled))]
        )
    return kept


def _edges(page: Sequence[PrintedLine]) -> list[PrintedLine]:
    by_height = sorted(page, key=lambda line: -line.y)
    return by_height[:_EDGE] + by_height[_EDGE:][-_EDGE:]


def _key(line: PrintedLine) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.casefold()), round(line.y / _LEVEL)


def _is_running(line: PrintedLine, page: Sequence[PrintedLine], counts: Counter[tuple[str, int]], pages: int) -> bool:
    if _PAGE_NUMBER.match(line.text) and len(page) > 1:
        return True
    text, level = _key(line)
    seen = max(counts[text, near] for near in (level - 1, level, level + 1))
    return pages > 1 and seen >= max(2, _REPEATED * pages)


def _groups(lines: Sequence[PrintedLine], body: float) -> Iterator[list[PrintedLine]]:
    """Lines that belong together: broken where size or weight changes, a gap opens or a bullet begins."""
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and 0 < a.y - b.y < 4 * body]
    usual = median(gaps) if gaps else body * 1.2
    width = median(len(line.text) for line in lines)
    group: list[PrintedLine] = []
    for line in lines:
        if group and _breaks(group[-1], line, usual, width):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _breaks(last: PrintedLine, line: PrintedLine, usual: float, width: float) -> bool:
    if CELLS in line.text and (CELLS in last.text or _SENTENCE_END.search(last.text)):
        return True
    if abs(last.size - line.size) > 0.6 or last.bold != line.bold or BULLET.match(line.text) or NUMBER.match(line.text):
        return True
    gap = last.y - line.y
    if last.page != line.page or gap < 0:  # a new page or column: only the sentence tells
        return bool(_SENTENCE_END.search(last.text)) or not line.text[0].islower()
    if line.text[0].islower() and not _SENTENCE_END.search(last.text):
        return gap > 2 * _GAP * max(usual, line.size)
    return gap > _GAP * max(usual, line.size) or (
        bool(_SENTENCE_END.search(last.text)) and len(last.text) < 0.7 * width
    )


def _group_blocks(group: Sequence[PrintedLine], body: float, levels: dict[float, int]) -> Iterator[Block]:
    first = group[0]
    text = first.text
    for line in group[1:]:
        text = join_words(text, line.text)
    if any(CELLS in line.text for line in group):
        yield Block("row", text, page=first.page)
        return
    is_narrow = max(len(line.text) for line in group) <= _NARROW
    heading = first.size in levels or (first.bold and first.size >= body and (len(group) <= 2 or is_narrow))
    if heading and len(text) <= _LONGEST_HEADING and not text[0].islower() and not text.endswith((".", ";", ",")):
        yield Block("heading", text, levels.get(first.size, len(levels) + 1), first.page)
        return
    bullet = BULLET.match(text)
    if bullet:
        yield Block("item", text[bullet.end() :].strip(), page=first.page)
    elif NUMBER.match(text):
        yield Block("item", text, page=first.page)
    else:
        width = median(len(line.text) for line in group)
        for paragraph in join_lines([line.text for line in group], width):
            yield Block("paragraph", paragraph, page=first.page)


def _joined_over_pages(blocks: Sequence[Block]) -> list[Block]:
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if (
            last is not None
            and block.kind == "paragraph"
            and last.kind in ("paragraph", "item")
            and block.text[0].islower()
            and not _SENTENCE_END.search(last.text)
        ):
            joined[-1] = Block(last.kind, join_words(last.text, block.text), last.level, last.page)
        else:
            joined.append(block)
    return joined
