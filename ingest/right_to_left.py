"""Right-to-left lines of PDFs: letters by their places on the page, in the order they are read."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

_JOINED = 0.1  # of the letters' size, below which what lies between two words is no space
_COLUMN = 4.0  # of it between the cells of a row, which are read one after the other
_FORWARD = frozenset({"L", "EN", "AN", "ES", "ET", "CS"})
"""Unicode's classes of letters, digits, and the signs of numbers that are read from left to right."""
_STOPS = frozenset(".:,;/")
"""Signs that end what stands before them; at the left of a number they are read after it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter and the places of its left and right edge, in points along the line."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Word:
    """Letters between two spaces, in any order. `is_cut`: at one of its ends is no space, but the line was divided."""

    letters: tuple[Letter, ...]
    is_cut: bool = False

    @property
    def left(self) -> float:
        return min(letter.left for letter in self.letters)

    @property
    def is_marked_cut(self) -> bool:
        """Whether a mark on one of its letters is why the line was divided."""
        return self.is_cut and any(_is_mark(letter.text) for letter in self.letters)

    @property
    def right(self) -> float:
        return max(letter.right for letter in self.letters)


def has_right_to_left(text: str) -> bool:
    """Whether any letter of it is Arabic, Hebrew, or of another script that runs from right to left."""
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)


def is_right_to_left(text: str) -> bool:
    """Whether most of its letters are."""
    letters = [unicodedata.bidirectional(character) for character in text if character.isalpha()]
    return sum(direction in ("R", "AL") for direction in letters) * 2 > len(letters)


def in_reading_order(words: Sequence[Word], size: float) -> str:
    """The line's text from right to left, with its numbers and foreign words from left to right.

    The places decide, not the order of drawing: programs draw Arabic in either direction, and PDFium turns some words
    and not others. `size` is the letters', in points.
    """
    ordered: list[tuple[str, bool]] = []
    last: Word | None = None
    for word in sorted(_widened(words), key=lambda word: -word.right):
        gap = last.left - word.right if last else 0.0
        if last and gap < _JOINED * size:
            ordered[-1] = (ordered[-1][0] + _spelled(word.letters), ordered[-1][1])
        else:
            ordered.append((_spelled(word.letters), gap > _COLUMN * size))
        last = word
    cells: list[list[str]] = [[]]
    for text, is_apart in ordered:
        if is_apart:
            cells.append([])
        cells[-1].append(text)
    return " ".join(" ".join(_foreign_forward(cell)) for cell in cells if cell)


def _widened(words: Sequence[Word]) -> list[Word]:
    """The words with the letters under a mark as wide as elsewhere on the line: PDFium gives them the mark's width."""
    widths: dict[str, float] = {}
    for letter in (letter for word in words if not word.is_marked_cut for letter in word.letters):
        widths[letter.text] = max(widths.get(letter.text, 0.0), letter.right - letter.left)
    return [_wide(word, widths) if word.is_marked_cut else word for word in words]


def _wide(word: Word, widths: dict[str, float]) -> Word:
    letters = [
        replace(letter, right=max(letter.right, letter.left + widths.get(letter.text, 0.0))) for letter in word.letters
    ]
    return replace(word, letters=tuple(letters))


def _spelled(letters: Sequence[Letter]) -> str:
    """One word: runs of digits and Latin letters in it turned forward."""
    parts: list[str] = []
    for is_forward, group in groupby(_from_the_right(letters), key=lambda letter: _is_forward(letter.text)):
        run = list(group)
        parts.extend(letter.text for letter in (_forward(run) if is_forward else run))
    return "".join(parts)


def _from_the_right(letters: Sequence[Letter]) -> list[Letter]:
    """The letters by their places. Those of one ligature share theirs: they are turned back where PDFium turned them.

    Which it did where the letter given before lies to the left, or, at the beginning, the one given after to the right.
    """
    glyphs = [list(group) for _, group in groupby(letters, key=lambda letter: round(letter.left, 1))]
    given: list[Letter] = []
    for at, glyph in enumerate(glyphs):
        here = glyph[0].left
        was_turned = glyphs[at - 1][0].left < here if at else len(glyphs) > 1 and glyphs[1][0].left > here
        given.extend(reversed(glyph) if was_turned else glyph)
    return sorted(given, key=lambda letter: (-round(letter.left, 1), _is_mark(letter.text)))


def _forward(run: Sequence[Letter]) -> list[Letter]:
    """The run from left to right, but for stops at its ends, which belong to the words around it."""
    inner = [at for at, letter in enumerate(run) if letter.text not in _STOPS]
    if not inner:
        return list(run)
    first, end = inner[0], inner[-1] + 1
    return [*run[:first], *sorted(run[first:end], key=lambda letter: letter.left), *run[end:]]


def _foreign_forward(words: Sequence[str]) -> list[str]:
    """Words with none of the script's own letters are read from left to right where they follow each other."""
    ordered: list[str] = []
    for is_own, group in groupby(words, key=has_right_to_left):
        run = list(group)
        ordered.extend(run if is_own or len(run) == 1 else _turned(run))
    return ordered


def _turned(run: Sequence[str]) -> list[str]:
    """Foreign words forward; signs without letters at the run's right end stay where they are."""
    start = next((at for at, word in enumerate(run) if any(c.isalnum() or c == "+" for c in word)), len(run))
    return [*run[:start], *reversed(run[start:])]


def _is_mark(text: str) -> bool:
    return unicodedata.combining(text[0]) > 0


def _is_forward(text: str) -> bool:
    return all(unicodedata.bidirectional(character) in _FORWARD for character in text)
