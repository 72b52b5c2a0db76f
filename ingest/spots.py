"""What stands at one spot of the pages of a site, so that it can be told from a text of the page's own.

A template fills its spots with what a site has many times: names of pages, of authors and rubrics, and stamps that
differ in nothing but numbers. A text of the page's own is not there a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from ingest.block import Block
from ingest.frame_memory import EDGE_SHARE, Folder, SpotValue
from ingest.page_names import TITLE, PageNames, names_pages_only, trail
from ingest.stamp_words import SENTENCE_ENDS, is_byline, tells_deadline

_LONGEST = 80  # characters of a value that is no stamp
_LONGEST_TITLE = 160  # characters of a title that is not known yet
_SHARE = 0.5  # share of a spot's pages from which what is there is the template's
_LINK = "→"  # stands for the words of a link
_ENUMERATED = re.compile(r"^\d{1,3}[.)]\s+")


@dataclass(frozen=True, slots=True)
class _Value:
    """What a block says with titles, dates and numbers left open. `printed`: no text of a page's own is like that."""

    text: str
    printed: bool = False
    dated: bool = False


def spot_values(blocks: Sequence[Block], names: PageNames) -> dict[bytes, SpotValue]:
    """The value at each spot of a page; the title's own spot has none."""
    return {block.spot: _spot_value(block, names) for block in blocks if block.spot and block.level != 1}


def _spot_value(block: Block, names: PageNames) -> SpotValue:
    value = _value(block, names)
    if value is None:
        return SpotValue(None, printed=False)
    return SpotValue(blake2b(block.spot + value.text.encode(), digest_size=8).digest(), value.printed)


def template_marks(blocks: Sequence[Block], folders: Sequence[Folder]) -> Iterator[tuple[float, bool]]:
    """Of each block from which share of pages on it counts as shared, and whether it is frame though it tells a number.

    What is printed is frame wherever it stands, and so is what stands where pages have printed lines: titles of pages
    that were not met yet. Dates alone are that only above the page's title or behind what is printed: elsewhere they
    may be the day that the text is about. Other values are only where a run of shared blocks opens or closes the page.
    """
    names = folders[-1].names
    title = next((number for number, block in enumerate(blocks) if block.level == 1), 0)
    behind = False
    for number, block in enumerate(blocks):
        share, behind = _mark(block, folders, names, number < title, behind)
        yield share, behind


def _mark(block: Block, folders: Sequence[Folder], names: PageNames, above: bool, behind: bool) -> tuple[float, bool]:
    if not block.spot or block.level == 1:
        return 0.0, False
    if max(folder.prints(block.spot) for folder in folders) >= _SHARE and (block.place or _may_be_title(block.text)):
        return 1.0, True
    if max(folder.repeats(block.spot) for folder in folders) < _SHARE:
        return 0.0, False
    value = _value(block, names)
    if value is None:
        return 0.0, False
    if value.dated:
        return (EDGE_SHARE if above else 1.0, True) if above or behind else (0.0, False)
    return (1.0, True) if value.printed else (EDGE_SHARE, False)


def _may_be_title(text: str) -> bool:
    """Whether a text that no page is known by may be a title: it tells neither a number nor a deadline."""
    has_number = any(character.isdigit() for character in _ENUMERATED.sub("", text))
    return len(text) <= _LONGEST_TITLE and text[-1] not in ".!:;。।" and not (has_number or tells_deadline(text))


def _value(block: Block, names: PageNames) -> _Value | None:
    text = block.text
    if block.place:
        return _Value(_LINK, printed=True)
    pattern = names.pattern(_ENUMERATED.sub("", text))
    if names_pages_only(pattern):
        return _Value(TITLE, printed=True)
    if (way := trail(text)) is not None:
        return _Value(way, printed=True)
    if block.stamp:
        return _Value(block.stamp, printed=True)
    if len(text) > _LONGEST or text[-1] in SENTENCE_ENDS:
        return None
    if block.dated:
        return _Value(block.dated, dated=True)
    return _Value(pattern or text.casefold(), printed=is_byline(text))


def as_link(block: Block) -> Block:
    """A block marked as one that the frame's template has put there."""
    return replace(block, place=block.place or TITLE)
