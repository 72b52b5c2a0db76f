"""What the person who ingests can say about how files are to be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`passwords` are tried in turn on protected files.

    `ocr_languages` are Tesseract's codes, e.g. `("ita", "eng")`: pages without text are recognised in these languages;
    with none of them scans have no text.
    """

    passwords: tuple[str, ...] = ()
    ocr_languages: tuple[str, ...] = ()
