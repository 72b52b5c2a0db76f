"""PDF files, through pypdf: the printed lines of each page with their size and height."""

from __future__ import annotations

import io
import logging
import math
import re
import struct
import zlib
from dataclasses import replace
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from index.errors import ItemRejected
from ingest.block import Reading
from ingest.cleaning import clean_line
from ingest.frames import without_frame_blocks
from ingest.lines import BULLET, has_words
from ingest.options import ReadOptions
from ingest.printed import PrintedLine, printed_blocks
from ingest.readers.properties import properties
from ingest.right_to_left import DrawnText, join_in_reading_order

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on sloppy files are of no use to our reader

_DAMAGE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf is known to raise on files that break the format; anything else is a fault of ours."""
_BOLD = re.compile("bold|black|heavy", re.I)
_WINANSI_BULLET = "\x7f"  # what pypdf makes of the bullet of the fourteen standard fonts
_FEWEST_LETTERS = 10  # in a whole file; below it is a scan with stray marks


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """The text of all pages in reading order, without running heads.

    Raises ItemRejected `corrupt`, `encrypted`, `no_text`.
    """
    reader = _open(data)
    pages: list[list[PrintedLine]] = []
    failures = 0
    for number, page in enumerate(_pages(reader), start=1):
        try:
            pages.append(_lines(page, number))
        except _DAMAGE:
            failures += 1
            pages.append([])
    letters = sum(character.isalpha() for page in pages for line in page for character in line.text)
    if letters < _FEWEST_LETTERS:
        if failures:
            raise ItemRejected("The PDF is damaged: none of its pages can be read.", code="corrupt")
        raise ItemRejected("The PDF has no text: it is probably a scan.", code="no_text")
    return replace(properties(_information(reader)), blocks=tuple(without_frame_blocks(printed_blocks(pages))))


def _open(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ItemRejected("The PDF is protected by a password.", code="encrypted")
    except DependencyError as error:
        raise ItemRejected("The PDF is protected by a password.", code="encrypted") from error
    except _DAMAGE as error:
        raise ItemRejected("The PDF is damaged: it cannot be opened.", code="corrupt") from error
    return reader


def _pages(reader: PdfReader) -> list[PageObject]:
    try:
        pages = list(reader.pages)
    except _DAMAGE as error:
        raise ItemRejected("The PDF is damaged: its pages cannot be found.", code="corrupt") from error
    if not pages:
        raise ItemRejected("The PDF is damaged: it has no pages.", code="corrupt")
    return pages


def _information(reader: PdfReader) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in (reader.metadata or {}).items()}
    except _DAMAGE:
        return {}


def _lines(page: PageObject, number: int) -> list[PrintedLine]:
    collector = _Collector(number)
    page.extract_text(visitor_text=collector.visit)
    return collector.finish()


class _Collector:
    """Makes lines of the pieces pypdf hands over; a line's size and place are those of its longest piece."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._pieces: list[DrawnText] = []
        self._lines: list[PrintedLine] = []
        self._bullet = ""

    def visit(self, text: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        if not text:
            return
        points = abs(size) * math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        bold = _BOLD.search(str(font.get("/BaseFont", ""))) is not None if font else False
        for number, part in enumerate(text.replace(_WINANSI_BULLET, "•").split("\n")):
            if number:
                self._end_line()
            self._pieces.append(DrawnText(part, x, y, points, bold))

    def finish(self) -> list[PrintedLine]:
        self._end_line()
        return self._lines

    def _end_line(self) -> None:
        pieces, self._pieces = self._pieces, []
        text = clean_line(join_in_reading_order(pieces))
        if BULLET.fullmatch(f"{text} "):
            self._bullet = f"{text} "  # set apart from its item, which comes next
        elif has_words(text):
            longest = max(pieces, key=lambda piece: len(piece.text.strip()))
            bold = all(piece.bold for piece in pieces if piece.text.strip())
            self._lines.append(PrintedLine(self._bullet + text, round(longest.size, 1), longest.y, bold, self._page))
            self._bullet = ""
