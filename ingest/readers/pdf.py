"""PDF files, through PDFium: what a person sees on their pages, without running heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pypdfium2

from index.errors import ItemRejected
from ingest.block import Reading
from ingest.contents import without_contents
from ingest.frames import without_frame_blocks
from ingest.options import ReadOptions
from ingest.pdf.document import open_pdf
from ingest.pdf.page import has_marks, page_lines
from ingest.pdf.recognition import recognised_lines
from ingest.pdf.statements import statements
from ingest.printed import PrintedLine, printed_blocks
from ingest.readers.properties import properties

_FEWEST_LETTERS = 10  # in a whole file; below it is a scan with stray marks
_MOST_LETTERS = 20_000_000  # in a whole file: some seven thousand full pages


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """The text of all pages in reading order.

    Pages without text are recognised where `options` names languages. Raises ItemRejected `corrupt`, `encrypted`,
    `no_text`, `too_large`, `ocr_unavailable`, `ocr_failed`.
    """
    with open_pdf(data, options.passwords) as document:
        pages, failures = _pages(document, options.ocr_languages)
        letters = _count_letters(pages)
        if letters < _FEWEST_LETTERS:
            if failures:
                raise ItemRejected("The PDF is damaged: none of its pages can be read.", code="corrupt")
            raise ItemRejected("The PDF has no text: it is probably a scan.", code="no_text")
    blocks = tuple(without_frame_blocks(without_contents(printed_blocks(pages))))
    return replace(properties(statements(data, options.passwords)), blocks=blocks)


def _pages(document: pypdfium2.PdfDocument, languages: Sequence[str]) -> tuple[list[list[PrintedLine]], int]:
    """The lines of each page, and how many pages could not be loaded; those are empty."""
    pages: list[list[PrintedLine]] = []
    failures = letters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            failures += 1
            pages.append([])
            continue
        lines = page_lines(page, number + 1)
        if languages and not lines and has_marks(page):
            lines = recognised_lines(page, number + 1, languages)
        page.close()
        pages.append(lines)
        letters += _count_letters(pages[-1:])
        if letters > _MOST_LETTERS:
            raise ItemRejected("The PDF has more text than is read from one file.", code="too_large")
    return pages, failures


def _count_letters(pages: list[list[PrintedLine]]) -> int:
    return sum(character.isalpha() for page in pages for line in page for character in line.text)
