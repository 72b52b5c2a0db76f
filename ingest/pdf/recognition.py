"""Text recognition for scanned pages, through the program `tesseract` where it is installed."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

import numpy as np
import pypdfium2

from index.errors import ItemRejected
from ingest.cleaning import clean_line
from ingest.lines import has_words
from ingest.printed import PrintedLine

RESOLUTION: Final = 300
"""Dots per inch at which Tesseract's own guide says that it reads best."""

_POINTS = 72
_LARGEST = 40_000_000  # pixels of a page as drawn: A3 at 300 dots per inch has 17 million
_ONE_THREAD = ("env", "OMP_THREAD_LIMIT=1")  # four threads on one core wait for each other for minutes
_PAGE_SECONDS = 60.0
_SURE = 40.0  # of 100: mean confidence of a line; below it are pictures and stains taken for letters
_EVEN = 0.3  # by which the height of a line of one size of letters varies, with what letters are in it
_LANGUAGE = re.compile(r"[A-Za-z]{3,10}(?:_[A-Za-z]{2,10})*")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    confidence: float
    height: float
    foot: float


def recognised_lines(page: pypdfium2.PdfPage, number: int, languages: Sequence[str]) -> list[PrintedLine]:
    """The page's lines as recognised. Raises ItemRejected `ocr_unavailable`, `ocr_failed`."""
    check_recognition(languages)
    width, height = page.get_size()
    scale = min(RESOLUTION / _POINTS, (_LARGEST / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, bitmap.width))
    picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels.tobytes()
    bitmap.close()
    dots = str(round(scale * _POINTS))
    table = _tesseract(["stdin", "stdout", "--dpi", dots, "-l", "+".join(languages), "tsv"], picture)
    return _lines(table, number, height, scale)


def check_recognition(languages: Sequence[str]) -> None:
    """Raises ItemRejected `ocr_unavailable` with what is to be installed, or which language is no code."""
    wrong = [language for language in languages if not _LANGUAGE.fullmatch(language)]
    if wrong:
        raise ItemRejected(f"“{wrong[0]}” is no language of Tesseract, e.g. “ita”.", code="ocr_unavailable")
    if shutil.which("tesseract") is None:
        raise ItemRejected(
            "Text recognition was asked for, but the program tesseract is not installed.", code="ocr_unavailable"
        )
    known = set(_tesseract(["--list-langs"]).splitlines()[1:])
    missing = [language for language in languages if language not in known]
    if missing:
        raise ItemRejected(
            f"Text recognition has no data for “{missing[0]}”: install tesseract-ocr-{missing[0]}.",
            code="ocr_unavailable",
        )


def _tesseract(arguments: Sequence[str], data: bytes = b"") -> str:
    try:
        done = subprocess.run(
            [*_ONE_THREAD, "tesseract", *arguments], input=data, capture_output=True, timeout=_PAGE_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise ItemRejected("Text recognition of a page took longer than a minute.", code="ocr_failed") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise ItemRejected("Text recognition failed.", code="ocr_failed") from error
    return done.stdout.decode("utf-8", "replace")


def _lines(table: str, number: int, height: float, scale: float) -> list[PrintedLine]:
    words: defaultdict[tuple[int, ...], list[_Word]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and row["text"].strip():
            place = tuple(int(row[column]) for column in ("block_num", "par_num", "line_num"))
            tall, foot = int(row["height"]) / scale, height - (int(row["top"]) + int(row["height"])) / scale
            words[place].append(_Word(row["text"], float(row["conf"]), tall, foot))
    sure = [line for line in words.values() if fmean(word.confidence for word in line) >= _SURE]
    usual = median(_height(line) for line in sure) if sure else 0.0
    lines = []
    for line in sure:
        text = clean_line(" ".join(word.text for word in line))
        size = _height(line)
        size = usual if abs(size - usual) <= _EVEN * usual else size
        if has_words(text):
            lines.append(PrintedLine(text, round(size, 1), median(word.foot for word in line), False, number))
    return lines


def _height(line: Sequence[_Word]) -> float:
    return max(word.height for word in line)
