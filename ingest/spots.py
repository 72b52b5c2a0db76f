"""What stands at one spot of the pages of a site, so that it can be told from a text of the page's own.

A template fills its spots with what a site has many times: names of pages, of authors and rubrics, and stamps that
differ in nothing but numbers. A text of the page's own is not there a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from ingest.block import Block
from ingest.frame_memory import EDGE_SHARE, Folder
from ingest.page_names import TITLE, PageNames, names_pages_only
from ingest.stamps import dated, is_byline, stamped

_LONGEST = 80  # characters of a value that is no stamp
_REPEATS = 0.5  # share of a spot's pages from which what is there is the template's


@dataclass(frozen=True, slots=True)
class _Value:
    """What a block says with titles, dates and numbers left open. `printed`: no text of a page's own is like that."""

    text: str
    printed: bool = False
    dated: bool = False


def spot_values(blocks: Sequence[Block], names: PageNames) -> dict[bytes, bytes | None]:
    """The value at each spot of a page, None for one that only a text of the page's own has."""
    return {block.spot: _key(block.spot, _value(block, names)) for block in blocks if block.spot and block.level != 1}


def template_share(blocks: Sequence[Block], number: int, folders: Sequence[Folder]) -> tuple[float, bool]:
    """From which share of pages on a block counts as shared, and whether it is frame though it may tell a date.

    What is printed is frame wherever it stands. Dates alone are only above the page's title: below it they may be the
    day that the text is about. Other values are only where a run of shared blocks opens or closes the page.
    """
    block, names = blocks[number], folders[-1].names
    if not block.spot or block.level == 1:
        return 0.0, False
    value = _value(block, names)
    if value is None or max(folder.repeats(block.spot) for folder in folders) < _REPEATS:
        return 0.0, False
    if value.printed:
        return 1.0, True
    if value.dated:
        above = any(each.level == 1 for each in blocks[number + 1 :])
        return (EDGE_SHARE, True) if above else (0.0, False)
    return EDGE_SHARE, False


def _value(block: Block, names: PageNames) -> _Value | None:
    text = block.text
    if names_pages_only(names.pattern(text)):
        return _Value(TITLE, printed=True)
    if (stamp := stamped(text)) is not None:
        return _Value(stamp, printed=True)
    if len(text) > _LONGEST or text[-1] in ".!?;؟。।":
        return None
    if (day := dated(text)) is not None:
        return _Value(day, dated=True)
    return _Value(text.casefold(), printed=is_byline(text))


def _key(spot: bytes, value: _Value | None) -> bytes | None:
    return blake2b(spot + value.text.encode(), digest_size=8).digest() if value is not None else None


def as_link(block: Block) -> Block:
    """A block marked as one that the frame's template has put there."""
    return replace(block, place=block.place or TITLE)
