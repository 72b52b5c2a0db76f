"""Where on a page the words of a quote stand."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.right_to_left import is_right_to_left

LEAST = 0.5
"""Share of a quote's letters that must be found on the page; below it nothing is marked rather than the wrong words."""
MOST_LETTERS = 60_000
"""Letters of a page that is looked through; a page of a law gazette has about 15,000."""
LONGEST_QUOTE = 4_000

_RUN = 4  # letters in a row from which they are no coincidence
_SLACK = 40  # letters by which page and quote may drift apart, such as a running head between two halves
_GAP = 3.0  # of a letter's height, from which two marks of one line are apart
_LINE_ENDS = frozenset({0x0A, 0x0D})


@dataclass(frozen=True, slots=True)
class Box:
    """In pixels of the page as it is drawn, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Glyph:
    text: str
    box: Box
    line: int


def located(page: pypdfium2.PdfPage, quote: str, width: int, height: int) -> list[Box]:
    """A box for each stretch of a line that holds words of the quote; none unless at least half of it is found.

    `width` and `height` are those of the page as it is drawn. Accents, case and the marks between words do not count.
    """
    wanted = "".join(_letters(quote[:LONGEST_QUOTE]))
    letters = [(letter, glyph) for glyph in _glyphs(page, width, height) for letter in _letters(glyph.text)]
    if not wanted or not letters:
        return []
    found = _matched("".join(letter for letter, _ in letters), wanted)
    if len(found) < LEAST * len(wanted):
        return []
    return list(_boxes([letters[at][1] for at in found]))


def _matched(page: str, wanted: str) -> list[int]:
    """Places in `page` of the letters of `wanted`, in a stretch about as long as it."""
    if (at := page.find(wanted)) >= 0:
        return list(range(at, at + len(wanted)))
    blocks = SequenceMatcher(None, page, wanted, autojunk=False).get_matching_blocks()
    longest = max(blocks, key=lambda block: block.size)
    start = longest.a - longest.b - _SLACK
    end = start + len(wanted) + 2 * _SLACK
    near = [block for block in blocks if block.size >= _RUN and start <= block.a and block.a + block.size <= end]
    return [block.a + step for block in near for step in range(block.size)]


def _letters(text: str) -> Iterator[str]:
    """Letters and digits alone, each in its plain form."""
    for character in unicodedata.normalize("NFKD", text).casefold():
        if character.isalnum():
            yield character


def _glyphs(page: pypdfium2.PdfPage, width: int, height: int) -> Iterator[_Glyph]:
    """What is printed, line by line and as it is read, but for the spaces."""
    text_page = page.get_textpage()
    count = min(MOST_LETTERS, pdfium.FPDFText_CountChars(text_page.raw))
    codes = [(at, pdfium.FPDFText_GetUnicode(text_page.raw, at)) for at in range(count)]
    number = 0
    for is_end, group in groupby(codes, key=lambda each: each[1] in _LINE_ENDS):
        if is_end:
            continue
        number += 1
        words: list[list[_Glyph]] = [[]]
        for at, code in group:
            if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                continue
            character = chr(code)
            if character.isspace():
                words.append([])
            else:
                words[-1].append(_Glyph(character, _box(page, text_page, at, width, height), number))
        yield from _as_read([word for word in words if word])
    text_page.close()


def _as_read(words: Sequence[Sequence[_Glyph]]) -> Iterator[_Glyph]:
    """A line that runs from right to left by its places, since PDFium turns some words and not others."""
    line = "".join(glyph.text for word in words for glyph in word)
    if not is_right_to_left(line):
        for word in words:
            yield from word
        return
    for word in sorted(words, key=lambda word: -max(glyph.box.right for glyph in word)):
        turned = is_right_to_left("".join(glyph.text for glyph in word))
        yield from sorted(word, key=lambda glyph: -glyph.box.left if turned else glyph.box.left)


def _box(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage, at: int, width: int, height: int) -> Box:
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page.raw, at, rectangle)
    corners = [(rectangle.left, rectangle.top), (rectangle.right, rectangle.bottom)]
    places = [_drawn(page, x, y, width, height) for x, y in corners]
    return Box(
        min(x for x, _ in places), min(y for _, y in places), max(x for x, _ in places), max(y for _, y in places)
    )


def _drawn(page: pypdfium2.PdfPage, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """A place of the page in the pixels of its picture, however it is turned and cut."""
    left, top = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, left, top)
    return left.value, top.value


def _boxes(glyphs: Sequence[_Glyph]) -> Iterator[Box]:
    for _, group in groupby(glyphs, key=lambda glyph: glyph.line):
        boxes = sorted((glyph.box for glyph in group), key=lambda box: box.left)
        joined = boxes[0]
        for box in boxes[1:]:
            if box.left - joined.right > _GAP * (box.bottom - box.top):
                yield joined
                joined = box
            else:
                joined = Box(
                    joined.left, min(joined.top, box.top), max(joined.right, box.right), max(joined.bottom, box.bottom)
                )
        yield joined
