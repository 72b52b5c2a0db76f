"""Right-to-left lines of PDFs: pieces that a program drew from left to right, back in the order they are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A piece of a line: its letters in order, and its size and beginning in points from the page's lower left."""

    text: str
    x: float
    y: float = 0.0
    size: float = 0.0
    bold: bool = False


def join_in_reading_order(pieces: Sequence[DrawnText]) -> str:
    """The line as it is read. Left-to-right lines, and lines already drawn in order, are only joined.

    Programs that draw Arabic from left to right leave the words before and after a number exchanged, and the full
    stop in front of its sentence.
    """
    drawn = [piece for piece in pieces if piece.text.strip()]
    if len(drawn) < 2 or not _is_right_to_left("".join(piece.text for piece in drawn)):
        return "".join(piece.text for piece in pieces)
    if drawn[0].x < drawn[-1].x:
        drawn = _reversed(drawn)
    elif not any(character.isalnum() for character in drawn[0].text):
        drawn = [*drawn[1:-1], replace(drawn[-1], text=drawn[-1].text.rstrip()), drawn[0]]
    texts = [drawn[0].text]
    for before, after in pairwise(drawn):
        texts.append((" " if _are_words(before.text, after.text) else "") + after.text)
    return "".join(texts)


def _are_words(before: str, after: str) -> bool:
    """Whether two pieces meet in the middle of what must be two words, one of them from right to left."""
    return before[-1].isalnum() and after[0].isalnum() and (_has_rtl(before) or _has_rtl(after))


def _reversed(pieces: Sequence[DrawnText]) -> list[DrawnText]:
    """Backwards, but for numbers and foreign words that follow each other: those are read from left to right."""
    ordered: list[DrawnText] = []
    for is_rtl, group in groupby(reversed(pieces), key=lambda piece: _has_rtl(piece.text)):
        run = list(group)
        words = any(character.isalnum() for piece in run for character in piece.text)
        ordered.extend(run if is_rtl else _numbers_forward(run) if words else _mirrored(run))
    return ordered


def _numbers_forward(run: Sequence[DrawnText]) -> list[DrawnText]:
    """The run read forwards, with the colon or stop that belongs to the words around it left where it is."""
    start = next(at for at, piece in enumerate(run) if any(c.isalnum() or c == "+" for c in piece.text))
    return [*_mirrored(run[:start]), *reversed(run[start:])]


def _mirrored(run: Sequence[DrawnText]) -> list[DrawnText]:
    """Signs between words, drawn from the left: the space before a colon is read behind it."""
    return [replace(piece, text=piece.text[::-1]) for piece in run]


def _has_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def _is_right_to_left(text: str) -> bool:
    letters = [unicodedata.bidirectional(character) for character in text if character.isalpha()]
    return sum(direction in ("R", "AL") for direction in letters) * 2 > len(letters)
