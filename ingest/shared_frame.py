"""What several files of one batch have in common at their edges: the frame of the site they were saved from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.block import Block, Reading

_FILES = 3
"""Files that must share a block for it to be a frame: two may be versions of one text."""
_OWN_SHARE = 0.5  # share of a file's characters a shared frame must leave
_LONGEST_TAIL = 80  # characters of a block at the end that may go; longer ones (contacts, notes) are content


def without_shared_frames(readings: Sequence[Reading]) -> list[Reading]:
    """The readings without the blocks that open, or the short ones that close, at least three of them alike.

    A title of one's own ends the frame, and a reading that would lose most of its text is left as it is.
    """
    if len(readings) < _FILES:
        return list(readings)
    counts = Counter(text for reading in readings for text in {block.text for block in reading.blocks})
    return [_without(reading, counts) for reading in readings]


def _without(reading: Reading, counts: Counter[str]) -> Reading:
    blocks = reading.blocks
    start, end = 0, len(blocks)
    while start < end and counts[blocks[start].text] >= _FILES:
        start += 1
    while end > start and counts[blocks[end - 1].text] >= _FILES and _is_menu_like(blocks[end - 1]):
        end -= 1
    own = sum(len(block.text) for block in blocks[start:end])
    if own < _OWN_SHARE * sum(len(block.text) for block in blocks):
        return reading
    return replace(reading, blocks=blocks[start:end])


def _is_menu_like(block: Block) -> bool:
    text = block.text
    return len(text) <= _LONGEST_TAIL and not (any(c.isdigit() for c in text) or "@" in text or text[-1] in ".!?:;؟。।")
