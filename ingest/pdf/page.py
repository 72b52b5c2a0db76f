"""One page of a PDF as printed lines, each with its size and height."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.cleaning import clean_line
from ingest.lines import BULLET, has_words
from ingest.pdf.letters import PageLetters, Piece
from ingest.printed import CELLS, PrintedLine
from ingest.right_to_left import Letter, Word, has_right_to_left, in_reading_order, is_right_to_left

_LEVEL = 0.35  # of the letters' size by which the feet of one line's parts may differ
_RAISED = 0.75  # of it by which a few letters, a footnote's number or a mark, may stand above or below their line
_SHORT = 3  # letters of such a part
_CELL = 1.2  # of it from which parts of a line that PDFium divided are cells of a row
_WIDE = 2.5  # of it from which the parts of a line that PDFium did not divide are cells, not words spread to the margin
_SPACE = 0.15  # of it from which parts are two words


def page_lines(page: pypdfium2.PdfPage, number: int) -> list[PrintedLine]:
    """The page's lines that a person sees, in the order they were drawn. Raises ItemRejected `too_large`."""
    lines: list[PrintedLine] = []
    bullet = ""
    for pieces in _joined(PageLetters(page).lines()):
        text = clean_line(_text(pieces))
        if BULLET.fullmatch(f"{text} "):
            bullet = f"{text} "  # set apart from its item, which comes next
        elif has_words(text):
            longest = max(pieces, key=lambda piece: len(piece.text.strip()))
            bold = all(piece.bold for piece in pieces if piece.text.strip())
            lines.append(PrintedLine(bullet + text, longest.size, longest.y, bold, number))
            bullet = ""
    return lines


def has_marks(page: pypdfium2.PdfPage) -> bool:
    """Whether anything at all is drawn on the page."""
    return bool(pdfium.FPDFPage_CountObjects(page.raw) > 0)


def _joined(lines: Iterable[list[Piece]]) -> Iterator[list[Piece]]:
    """Lines that PDFium divided, at a raised number, a mark above a letter or between two cells, made whole."""
    last: list[Piece] = []
    for line in lines:
        if last and _is_same_line(last, line):
            last = [*_ended(last), *_ended(line)]
            continue
        if last:
            yield last
        last = line
    if last:
        yield last


def _ended(line: Sequence[Piece]) -> list[Piece]:
    return [*line[:-1], replace(line[-1], ends_line=True)]


def _is_same_line(last: Sequence[Piece], line: Sequence[Piece]) -> bool:
    size = max(piece.size for piece in (*last, *line))
    before, after = _longest(last), _longest(line)
    level = _RAISED if len(before.text.strip()) <= _SHORT or len(after.text.strip()) <= _SHORT else _LEVEL
    if abs(last[-1].y - line[0].y) > level * size and abs(before.y - after.y) > _LEVEL * size:
        return False
    if has_right_to_left("".join(piece.text for piece in (*last, *line))):
        return True
    return min(piece.left for piece in line) >= max(piece.right for piece in last) - size


def _longest(line: Sequence[Piece]) -> Piece:
    return max(line, key=lambda piece: len(piece.text.strip()))


def _text(pieces: Sequence[Piece]) -> str:
    plain = "".join(piece.text for piece in pieces)
    if is_right_to_left(plain):
        return in_reading_order(list(_words(pieces)), _longest(pieces).size)
    parts = [pieces[0].text]
    for last, piece in pairwise(pieces):
        size, gap = max(last.size, piece.size), piece.left - last.right
        is_cell = gap > (_CELL if last.ends_line else _WIDE) * size and len("".join(parts).strip()) > _SHORT
        parts.append((CELLS if is_cell else " " if gap > _SPACE * size else "") + piece.text)
    return "".join(parts)


def _words(pieces: Sequence[Piece]) -> Iterator[Word]:
    """Letters between the spaces that PDFium found, which knows better than their boxes where words end."""
    letters: list[Letter] = []
    is_cut = False
    for piece in pieces:
        given = iter(piece.letters)
        for character in piece.text:
            if not character.isspace():
                letters.extend(islice(given, 1))
                continue
            if letters:
                yield Word(tuple(letters), is_cut)
            letters, is_cut = [], False
        if piece.ends_line:
            if letters:
                yield Word(tuple(letters), True)
            letters, is_cut = [], True
    if letters:
        yield Word(tuple(letters), is_cut)
