"""Printed lines: which are items, which are headings, and which are pieces of one paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.dates import is_date_line
from ingest.value_line import tells_value

BULLET = re.compile(r"[-–—•●▪◦‣*·▶►■□➢✓✔❖]\s+|[•●▪◦‣■➢❖]")
NUMBER = re.compile(r"(?:\d{1,3}[.)]|[a-zA-Z][.)]|[ivxIVX]{1,4}[.)])\s+\S")
_END = re.compile(r"[.!?:;,…؟。।|]['\"”»)]*$")
_SENTENCE_END = re.compile(r"[.!?:;…؟。।]['\"”»)]*$")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_HYPHEN = re.compile(r"[^\W\d_]{2,}[-‐]$")
_HEADING = 120  # characters of the longest heading inside a text
_TITLE = 200  # of the longest first one
_WRAP = (45, 110)  # characters between which a column of printed lines is taken for wrapped


def has_words(line: str) -> bool:
    """Whether the line says anything: a letter or digit, not only rules and stars."""
    return _ALPHANUMERIC.search(line) is not None


def is_heading_line(line: str, following: str) -> bool:
    """Whether a line standing on its own heads what follows: short, capital first, no full stop, something after it."""
    if not following or len(line) > _TITLE or _END.search(line) or tells_value(line) or is_date_line(line):
        return False
    first = next((character for character in line if character.isalnum()), "")
    if not first or first.islower() or not any(character.isalpha() for character in line):
        return False
    if len(line) > _HEADING:
        return _SENTENCE_END.search(following) is not None
    return len(following) > len(line) or len(line.split()) <= 8 or line.isupper()


def unwrap(lines: Sequence[str]) -> list[str]:
    """The lines with wrapped paragraphs joined and words divided at a line's end made whole.

    A text is taken for wrapped when its lines keep to one width and many go on in small letters.
    """
    pairs = [(a, b) for a, b in pairwise(lines) if a and b and not _starts_anew(b)]
    if len(pairs) < 2:
        return list(lines)
    width = median(len(a) for a, _ in pairs)
    continuing = sum(1 for a, b in pairs if b[0].islower() or _HYPHEN.search(a))
    if not _WRAP[0] <= width <= _WRAP[1] or continuing * 4 < len(pairs):
        return list(lines)
    return join_lines(lines, width)


def join_lines(lines: Sequence[str], width: float) -> list[str]:
    """Lines joined to paragraphs where one goes on in the next; `width` is the column's, in characters."""
    joined: list[str] = []
    last = ""
    for line in lines:
        if joined and last and line and not _starts_anew(line) and _goes_on(last, line, width):
            joined[-1] = join_words(joined[-1], line)
        else:
            joined.append(line)
        last = line
    return joined


def join_words(text: str, line: str) -> str:
    """`text` and `line` as one: a word divided by a hyphen loses it when its second half is in small letters."""
    if _HYPHEN.search(text) and line[0].islower():
        return text[:-1] + line
    return f"{text} {line}"


def _starts_anew(line: str) -> bool:
    return bool(BULLET.match(line) or NUMBER.match(line))


def _goes_on(last: str, line: str, width: float) -> bool:
    if _HYPHEN.search(last) or line[0].islower():
        return True
    return len(last) >= 0.75 * width and not (_SENTENCE_END.search(last) and len(last) < 0.9 * width)
