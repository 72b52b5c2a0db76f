"""What surrounds a page's own text when it was copied as text: menus, slogans under menu entries, buttons, letterheads.

The rules look at shape, not at any one site's words. A frame's signs are lines that a person would not write at the
head of a text: a bullet with nothing after it, an entry doubled, an entry repeated and glued to its slogan ("Our Work",
"Our WorkAs the leading ..."). One sign alone is mended (the doubling dropped, the glue dissolved); two or more mark
the head of the text as a frame, which then goes whole. Everything else is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.block import Block
from ingest.letterhead import letterhead_end
from ingest.menu_words import is_action, is_breadcrumb, is_menu_word, is_notice

Lines = list[str | None]

_BULLET = re.compile(r"[-–—•●▪◦‣*·|›»]\s+")
_LONE_BULLET = re.compile(r"[-–—•●▪◦‣*·|›»]")
_SENTENCE_END = re.compile(r"[.!?:;,…؟。।]['\"”»)]*$")
_ENTRY = 60  # characters of the longest menu entry
_MENU_RUN = 4  # entries in a row, two of them known menu words, that make a menu without other signs
_OWN_TEXT = 0.3  # share of a text's characters a frame must leave, or it is not a frame
_EDGE = 4  # lines from either end in which cookie and copyright notices are looked for


def without_frame(lines: Sequence[str]) -> Lines:
    """The lines without the frame: None where a line goes, the mended text where an entry was glued to it.

    Empty strings stand for empty lines. The result is as long as `lines`.
    """
    kept: Lines = list(lines)
    for strip in (_strip_menu, _strip_plain_menu, _strip_letterhead, _strip_edges, _mend):
        kept = strip(kept)
    return kept


def without_frame_blocks(blocks: Sequence[Block]) -> list[Block]:
    """The same for blocks: each is a line of its own, with an empty one after all but items and rows."""
    lines: list[str] = []
    places: list[int] = []
    for block in blocks:
        places.append(len(lines))
        lines.append(f"- {block.text}" if block.kind == "item" else block.text)
        if block.kind in ("heading", "paragraph"):
            lines.append("")
    kept = without_frame(lines)
    result = []
    for block, place in zip(blocks, places, strict=True):
        line = kept[place]
        if line is not None:
            result.append(block if line == lines[place] else replace(block, text=line))
    return result


def _present(lines: Lines) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(lines) if line]


def _is_entry(line: str) -> bool:
    bare = _BULLET.sub("", line, count=1)
    return len(bare) <= _ENTRY and len(bare.split()) <= 5 and not _SENTENCE_END.search(bare)


def _doubles(line: str, following: str) -> bool:
    return len(line) <= _ENTRY and line.casefold() == following.casefold() and not _SENTENCE_END.search(line)


def _glued(label: str, text: str) -> bool:
    """Whether `text` begins with `label` and goes on with a capital, without a space between them."""
    size = len(label)
    if not 2 <= size <= _ENTRY or len(text) < size + 2 or text[:size].casefold() != label.casefold():
        return False
    return text[size].isupper() and (
        text[size - 1].islower() or text[size : size + 2].istitle() or text[size + 1] in "'’"
    )


def _strip_menu(lines: Lines) -> Lines:
    present = _present(lines)
    end, signs, at = 0, 0, 0
    last_is_double = False
    while at < len(present):
        line = present[at][1]
        following = present[at + 1][1] if at + 1 < len(present) else ""
        if _LONE_BULLET.fullmatch(line):
            step = 1
        elif _doubles(line, following) or _glued(line, following):
            step = 2
        elif _is_entry(line):
            at += 1
            continue
        else:
            break
        at, signs, last_is_double = at + step, signs + 1, step == 2 and _doubles(line, following)
        end = at
    if signs < 2:
        return lines
    after = end
    while after < len(present) and _BULLET.match(present[after][1]) and _is_entry(present[after][1]):
        after += 1
    if after == end and last_is_double and signs > 2:
        end -= 1  # the page's own title, printed twice
        after = end
    return _without_head(lines, present, after)


def _without_head(lines: Lines, present: list[tuple[int, str]], count: int) -> Lines:
    own = sum(len(line) for _, line in present[count:])
    if count == 0 or own < _OWN_TEXT * sum(len(line) for _, line in present):
        return lines
    first = present[count][0]
    return [None if number < first else line for number, line in enumerate(lines)]


def _strip_plain_menu(lines: Lines) -> Lines:
    present = _present(lines)
    run = 0
    while run < len(present) and (_is_entry(present[run][1]) or is_breadcrumb(present[run][1])):
        run += 1
    known = [at for at in range(run) if is_menu_word(present[at][1]) or is_breadcrumb(present[at][1])]
    if run < _MENU_RUN or len(known) < 2 or known[0] > 2 or known[-1] + 1 >= len(present):
        return lines
    return _without_head(lines, present, known[-1] + 1)


def _strip_letterhead(lines: Lines) -> Lines:
    end = letterhead_end([line or "" for line in lines])
    return [None if number < end else line for number, line in enumerate(lines)]


def _strip_edges(lines: Lines) -> Lines:
    present = _present(lines)
    edges = {number for number, _ in present[:_EDGE] + present[-_EDGE:]}
    tail: set[int] = set()
    for number, line in reversed(present):
        if not (is_notice(line) or is_menu_word(line) or is_breadcrumb(line) or is_action(line)):
            break
        tail.add(number)
    if len(tail) == len(present):
        return lines
    return [
        None if line and (number in tail or (number in edges and (is_notice(line) or is_breadcrumb(line)))) else line
        for number, line in enumerate(lines)
    ]


def _mend(lines: Lines) -> Lines:
    mended = list(lines)
    present = _present(lines)
    for (number, line), (following, text) in pairwise(present):
        if mended[number] is None:
            continue
        if _doubles(line, text):
            mended[number] = None
        elif _glued(line, text):
            mended[following] = text[len(line) :]
    return [None if line and (is_action(line) or _LONE_BULLET.fullmatch(line)) else line for line in mended]
