"""Tables of contents: they repeat a document's headings and answer nothing, so they go."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from ingest.block import Block

_TITLE = re.compile(
    r"(?:table of |list of )?contents|index|indice|sommario|cuprins|table des matières|sommaire|contenido|contenidos|"
    r"índice|зміст|содержание|оглавление|المحتويات|فهرس(?: المحتويات)?|inhalt(?:sverzeichnis)?|tusmo",
    re.I,
)
_LEADER = re.compile(r"[\s.·…_|]*\d{0,4}\s*$")  # dots and the page's number
_ENTRY = 200  # characters of the longest entry
_FEWEST = 4  # entries; three short lines that come again may be a list
_MOST = 1_000  # entries; handbooks of a thousand pages have some hundreds
_RECURRING = 0.7  # share of the entries that come again as the beginning of a later block
_SURE = 12  # of them, from which a block that is cut shorter than its entry is still the same
_KEY = 40  # letters and digits by which an entry is known again, when it was cut at a line's end


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the table of contents near their beginning, if there is one under a title that says so."""
    start = next((at for at, block in enumerate(blocks) if _is_title(block)), None)
    if start is None:
        return list(blocks)
    later = [_key(block.text) for block in blocks]
    end = _end(blocks, later, start + 1)
    if end - start - 1 < _FEWEST:
        return list(blocks)
    return [*blocks[:start], *blocks[end:]]


def _is_title(block: Block) -> bool:
    return _TITLE.fullmatch(_LEADER.sub("", block.text).strip(" :")) is not None


def _end(blocks: Sequence[Block], keys: Sequence[str], start: int) -> int:
    """Where the longest run of short blocks from `start` ends that mostly come again after it.

    The first block that comes again itself is the end of what can be one: there the text begins.
    """
    best = start
    found = 0
    later = _Later(keys)
    for at in range(start, min(len(blocks), start + _MOST)):
        if len(blocks[at].text) > _ENTRY or any(keys[at] and _is_same(entry, keys[at]) for entry in keys[start:at]):
            break
        comes_again = bool(keys[at]) and later.has(keys[at], at)
        found += comes_again
        if comes_again and found >= _RECURRING * (at + 1 - start):
            best = at + 1
    return best


def _key(text: str) -> str:
    return "".join(character for character in _LEADER.sub("", text).casefold() if character.isalnum())[:_KEY]


def _is_same(entry: str, later: str) -> bool:
    """Whether a block begins as the entry does; the shorter of the two, if not very short, decides."""
    length = min(len(entry), len(later))
    return length >= min(len(entry), _SURE) and entry[:length] == later[:length]


class _Later:
    """Tells what comes again after a place without going over all that follows: a file may hold a million lines."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._sorted = sorted((key, place) for place, key in enumerate(keys))
        self._last = {key: place for place, key in enumerate(keys)}

    def has(self, entry: str, at: int) -> bool:
        """Whether a block after `at` is the same as `entry`, in the sense of `_is_same`."""
        if any(self._last.get(entry[:length], -1) > at for length in range(min(len(entry), _SURE), len(entry))):
            return True
        place = bisect_left(self._sorted, (entry, 0))
        while place < len(self._sorted) and self._sorted[place][0].startswith(entry):
            if self._sorted[place][1] > at:
                return True
            place += 1
        return False
