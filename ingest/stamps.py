"""Lines that a system prints on every page with other numbers: "Last updated 3 May 2024", "Hits: 4711".

A line with a word for a deadline, an address or a telephone number is none, whatever else it says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.block import Block, Reading
from ingest.dates import is_month, without_dates
from ingest.stamp_words import NUMBER, SENTENCE_ENDS, is_printed, tells_deadline

_LONGEST = 160  # characters
_DIGITS = re.compile(r"\d+(?:[.,:\u00a0\u202f]\d+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")  # a month may stand between numbers that run on into each other
_ADDRESS = re.compile(r"https?://\S+|\bwww\.\S+")
_CONTACT = re.compile(r"@|\d(?:[\s/().-]*\d){5,}")
_RUN_ON = re.compile(r"([./-]|[^\W\d_]{3,}\s)((?:19|20)\d\d)(?=\d{1,2}\D)")  # a year, the next number behind it
_HAS_DIGIT = re.compile(r"\d")


def with_stamps(reading: Reading) -> Reading:
    """The reading with what its stamps and dated lines say but for their numbers."""
    return replace(reading, blocks=_stamped(reading.blocks), left_out=_stamped(reading.left_out))


def _stamped(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(_with_stamp(block) if _HAS_DIGIT.search(block.text) else block for block in blocks)


def _with_stamp(block: Block) -> Block:
    if stamp := stamped(block.text):
        return replace(block, stamp=stamp)
    day = dated(block.text)
    return replace(block, dated=day) if day else block


def stamped(line: str) -> str:
    """A stamp with `NUMBER` for each date, number and address; empty for a line that is no stamp."""
    if len(line) > _LONGEST or line[-1] in SENTENCE_ENDS or tells_deadline(line) or not _HAS_DIGIT.search(line):
        return ""
    bare = without_dates(_RUN_ON.sub(r"\1\2 ", _ADDRESS.sub(NUMBER, line)), NUMBER)
    masked = _DIGITS.sub(NUMBER, bare).casefold()
    if _CONTACT.search(bare) or not is_printed(masked):
        return ""
    return _WORD.sub(lambda word: NUMBER if is_month(word[0]) else word[0], masked)


def dated(line: str) -> str:
    """A line with `NUMBER` for the dates in it, empty for one without."""
    masked = without_dates(line, NUMBER) if len(line) <= _LONGEST and not tells_deadline(line) else line
    return masked.casefold() if masked != line else ""
