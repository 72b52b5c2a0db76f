"""The letters of a page: what PDFium read, by line, with the place and look of each piece that is seen."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import ItemRejected
from ingest.pdf.replacement import drop_replacements
from ingest.pdf.visibility import SMALLEST, Box, Drawn, Visibility
from ingest.right_to_left import Letter, has_right_to_left

MOST_LETTERS: Final = 500_000
"""Letters of the fullest page that is read; a page of a law gazette has about 15,000."""

_MOST_OBJECTS = 300_000  # on a page; maps have tens of thousands
_BOLD = re.compile("bold|black|heavy|demi", re.I)
_TYPED = re.compile("courier|wingding|symbol", re.I)
_SYMBOL_BULLET = "•"
_SLANT = 0.1  # of its length by which a line must rise to be slanting
_HEIGHT = 1.4  # sizes of a capital letter in the size of its font
_SAMPLE = 20  # letters whose height is looked at
_HYPHENS = frozenset({0x02, 0xFFFE})  # what PDFium makes of a hyphen that divides a word at a line's end
_NO_LETTER = frozenset({0x00, 0x0D, 0xFFFF})
_WINANSI_BULLET = 0x7F
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters of one line that were drawn together. `y` is their foot, in points up the page as it is turned."""

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    letters: tuple[Letter, ...] = ()
    """Filled only where a script that runs from right to left makes their places matter; without the spaces."""
    ends_line: bool = False
    """Whether PDFium divided the line behind it."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters in a row of PDFium's text page, all of one text object, and their numbers there."""

    handle: Any
    numbers: Sequence[int]
    text: str


class PageLetters:
    """One page while it is read."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        if pdfium.FPDFPage_CountObjects(page.raw) > _MOST_OBJECTS:
            raise ItemRejected("The PDF has a page with too many drawings to be read.", code="too_large")
        self.visibility = Visibility(page)
        drop_replacements(self.visibility.texts)
        self._text_page = page.get_textpage()  # kept: PDFium's handle dies with it
        self._text = self._text_page.raw
        self.count = pdfium.FPDFText_CountChars(self._text)
        if self.count > MOST_LETTERS:
            raise ItemRejected("The PDF has a page with more text than can be printed on one.", code="too_large")
        self._turn = page.get_rotation()
        self._is_placed = has_right_to_left(self._text_page.get_text_range())
        self._fonts: dict[int, tuple[bool, bool]] = {}

    def lines(self) -> Iterator[list[Piece]]:
        """The seen pieces, by lines as PDFium divides them, in the order in which they were drawn."""
        for runs in self._runs():
            drawn = [self._drawn(run) for run in runs]
            seen = self.visibility.shown(drawn)
            pieces = [self._piece(run, look) for run, look, ok in zip(runs, drawn, seen, strict=True) if ok]
            if pieces:
                yield pieces

    def _runs(self) -> Iterator[list[_Run]]:
        letters = ((at, pdfium.FPDFText_GetUnicode(self._text, at)) for at in range(self.count))
        for is_break, line in groupby(letters, key=lambda letter: letter[1] == 0x0A):
            if not is_break and (runs := self._line_runs(list(line))):
                yield runs

    def _line_runs(self, line: Sequence[tuple[int, int]]) -> list[_Run]:
        """The line's objects in order; spaces that PDFium put between them belong to the one before."""
        found: list[tuple[Any, list[int], list[int]]] = []
        address = 0
        for number, code in line:
            if code in _NO_LETTER:
                continue
            item = pdfium.FPDFText_GetTextObject(self._text, number)
            if item and (here := ctypes.addressof(item.contents)) != address:
                address = here
                found.append((item, [], []))
            if found:
                found[-1][1].append(number)
                found[-1][2].append(code)
        return [_Run(item, numbers, _decoded(codes)) for item, numbers, codes in found]

    def _drawn(self, run: _Run) -> Drawn:
        last = max(0, min(len(run.text.rstrip()), len(run.numbers)) - 1)
        boxes = [self._box(run.numbers[number]) for number in (0, last)]
        box = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._text, run.numbers[0], matrix)
        is_slanting = min(abs(matrix.a), abs(matrix.b)) > _SLANT * max(abs(matrix.a), abs(matrix.b))
        return Drawn(run.handle, run.text, self._size(run.numbers, matrix), box, is_slanting)

    def _size(self, numbers: Sequence[int], matrix: pdfium.FS_MATRIX) -> float:
        """Points from what the font says, or from the letters' own height where it draws in units of its own."""
        stated: float = pdfium.FPDFText_GetFontSize(self._text, numbers[0])
        size = abs(stated) * float((matrix.c**2 + matrix.d**2) ** 0.5)
        if size >= SMALLEST:
            return size
        return max(size, _HEIGHT * max(self._height(number) for number in numbers[:_SAMPLE]))

    def _height(self, number: int) -> float:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._text, number, left, right, bottom, top)
        return abs(top.value - bottom.value)

    def _box(self, at: int) -> Box:
        rectangle = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._text, at, rectangle)
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top

    def _piece(self, run: _Run, drawn: Drawn) -> Piece:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._text, run.numbers[0], x, y)
        left, right = _along(drawn.box, self._turn)
        foot = {0: y.value, 90: -x.value, 180: -y.value, 270: x.value}[self._turn]
        bold, is_symbol = self._font(run.handle)
        text = _SYMBOL_BULLET if is_symbol and run.text.strip() == "o" else run.text
        letters = self._letters(run) if self._is_placed else ()
        return Piece(text, left, right, foot, round(drawn.size, 1), bold, letters)

    def _letters(self, run: _Run) -> tuple[Letter, ...]:
        placed = zip(run.text, run.numbers, strict=False)
        return tuple(
            Letter(character, *_along(self._box(number), self._turn))
            for character, number in placed
            if not character.isspace()
        )

    def _font(self, handle: Any) -> tuple[bool, bool]:
        """Whether the object's font is bold, and whether it is one whose letter o Word takes for a bullet."""
        font = pdfium.FPDFTextObj_GetFont(handle)
        address = ctypes.addressof(font.contents)
        if address not in self._fonts:
            name = ctypes.create_string_buffer(256)
            pdfium.FPDFFont_GetBaseFontName(font, name, 256)
            known = name.value.decode("utf-8", "replace")
            self._fonts[address] = (_BOLD.search(known) is not None, _TYPED.search(known) is not None)
        return self._fonts[address]


def _along(box: Box, turn: int) -> tuple[float, float]:
    """The box's edges along the lines of a page that is turned clockwise by so many degrees."""
    return {0: (box[0], box[2]), 90: (box[1], box[3]), 180: (-box[2], -box[0]), 270: (-box[3], -box[1])}[turn]


def _decoded(codes: Sequence[int]) -> str:
    """Letters of PDFium's code units; on some systems those beyond the first plane come in two."""
    text = "".join(
        "-" if code in _HYPHENS else _SYMBOL_BULLET if code == _WINANSI_BULLET else chr(code)
        for code in codes
        if code <= 0x10FFFF
    )
    if any(_FIRST_SURROGATE <= code <= _LAST_SURROGATE for code in codes):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
