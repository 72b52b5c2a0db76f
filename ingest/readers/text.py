"""Plain text: lines to headings, paragraphs and items by their shape."""

from __future__ import annotations

from ingest.block import Block, Reading
from ingest.cleaning import clean_text
from ingest.encoding import decode
from ingest.frames import without_frame
from ingest.lines import BULLET, NUMBER, has_words, is_heading_line, unwrap
from ingest.options import ReadOptions

_LEVEL = 2  # plain text shows no ranks among its headings


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A text in any encoding. Raises ItemRejected only through what comes after it: a text can always be read."""
    lines = clean_text(decode(data)).split("\n")
    kept = [line for line in without_frame(lines) if line is not None]
    return Reading(tuple(text_blocks(unwrap(kept))))


def text_blocks(lines: list[str], page: int | None = None) -> list[Block]:
    """The blocks of cleaned lines; empty ones divide paragraphs."""
    spaced = _is_spaced(lines)
    following = _following(lines)
    blocks: list[Block] = []
    for number, line in enumerate(lines):
        if not has_words(line):
            continue
        bullet = BULLET.match(line)
        if bullet:
            blocks.append(Block("item", line[bullet.end() :].strip(), page=page))
        elif NUMBER.match(line) and _numbered_neighbour(lines, number):
            blocks.append(Block("item", line, page=page))
        elif is_heading_line(line, following[number]) and (not spaced or _opens_group(lines, number)):
            blocks.append(Block("heading", line, level=_LEVEL, page=page))
        else:
            blocks.append(Block("paragraph", line, page=page))
    return blocks


def _is_spaced(lines: list[str]) -> bool:
    """Whether paragraphs are divided by empty lines, so that a heading must stand between two of them."""
    printed = sum(1 for line in lines if line)
    return len(lines) - printed >= printed / 3


def _opens_group(lines: list[str], number: int) -> bool:
    return number == 0 or not lines[number - 1]


def _following(lines: list[str]) -> list[str]:
    """For each line the next one that has words, "" after the last."""
    found = [""] * len(lines)
    for number in range(len(lines) - 1, 0, -1):
        found[number - 1] = lines[number] if has_words(lines[number]) else found[number]
    return found


def _numbered_neighbour(lines: list[str], number: int) -> bool:
    around = lines[max(0, number - 2) : number] + lines[number + 1 : number + 3]
    return any(NUMBER.match(line) for line in around)
