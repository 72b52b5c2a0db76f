"""When a document was published, as its head says it: "24 Nov 2011", "9 Decembrie 2016, Constanța", "12 مايو 2024"."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from babel import Locale

from index.digits import plain_digits

_LOCALES = """en it ro fr es de pt ar ar_SY ar_DZ ar_TN uk ru so sw pl hu tr nl sq bg el fa"""
_EXTRA_MONTHS = {"sept": 9, "janaayo": 1, "luulyo": 7, "agoosto": 8, "sebtember": 9, "oktoober": 10, "nofember": 11}
_HEAD = 12  # blocks from the top in which a date line counts as the document's own
_DATE_LINE = 90  # characters of the longest line that is about its date; longer ones are sentences about other days
_DATELINE = 45  # characters at a paragraph's beginning in which a place and date may stand ("Roma, 5 marzo 2024 – ...")
_IMPRINT = 300  # characters of the longest note on the edition ("Third edition, issued 6 May 2019. ...")
_IMPRINT_HEAD = 4  # blocks in which such a note is looked for
_EARLIEST = 1900
_SENTENCE = re.compile(r"(?<=[.;|])\s+|\s+[–—-]\s+")
_ISSUED = re.compile(
    r"\b(?:issued|published|updated|released|revised|pubblicat\w|aggiornat\w|publicat\w?|actualizat\w?|publié\w*"
    r"|mise? à jour|édition|publicado|actualizado|veröffentlicht|aktualisiert|опубліковано|оновлено|опубликовано"
    r"|обновлено|la daabacay|la cusbooneysiiyay)\b|نشر|تحديث",
    re.I,
)

_YEAR = re.compile(r"\d{4}")
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|\.|-?(?:ka|a|го|е))?"
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}}){_ORDINAL}[\s-]+(?:de\s+|of\s+)?([^\W\d_]+(?:\s[^\W\d_]+)?)\.?,?(?:\s+(?:de|del))?[\s-]+(\d{{4}})(?!\d)"
)
_MONTH_DAY = re.compile(rf"([^\W\d_]{{3,}})\.?\s+(\d{{1,2}}){_ORDINAL},?\s+(\d{{4}})(?!\d)")
_YEAR_MONTH = re.compile(r"(?<!\d)(\d{4})\.?\s+([^\W\d_]{3,})\s+(\d{1,2})\b")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d{2})(?![\d/-])")


def find_date(text: str) -> date | None:
    """The first complete date in `text`, in any of the supported languages; a day without a year is none.

    `03/04/2024` is read with the day first, unless only the other way gives a date.
    """
    if not _YEAR.search(text):
        return None
    text = plain_digits(text)
    found = [(match.start(), day) for match, day in _candidates(text) if day is not None]
    return min(found)[1] if found else None


def without_dates(text: str, mark: str) -> str:
    """`text` with `mark` in place of each complete date."""
    if not any(character.isdigit() for character in text):
        return text
    text = plain_digits(text)
    for start, end in sorted((match.span() for match, day in _candidates(text) if day is not None), reverse=True):
        text = text[:start] + mark + text[end:] if end <= len(text) else text
    return text


def is_month(word: str) -> bool:
    """Whether a word is the name of a month, or short for it, in one of the supported languages."""
    return _plain(word) in _months()


def head_date(texts: Sequence[str]) -> date | None:
    """The date among a document's first blocks: a short line that holds one, or the dateline a paragraph opens with."""
    for number, text in enumerate(texts[:_HEAD]):
        found = find_date(text if len(text) <= _DATE_LINE else text[:_DATELINE])
        if found is None and number < _IMPRINT_HEAD and len(text) <= _IMPRINT:
            found = _imprint_date(text)
        if found is not None:
            return found
    return None


def _imprint_date(text: str) -> date | None:
    """The date in a note on the edition: one that is a note's whole sentence, or stands behind "issued" or its like."""
    for sentence in _SENTENCE.split(text):
        issued = _ISSUED.search(sentence)
        found = find_date(sentence[issued.end() :][:_DATELINE] if issued else sentence)
        if found is not None and (issued or is_date_line(sentence)):
            return found
    return None


def is_date_line(text: str) -> bool:
    """Whether the line is hardly more than a date, with perhaps a place."""
    return len(text) <= 60 and find_date(text) is not None and len(text.split()) <= 7


def _candidates(text: str) -> list[tuple[re.Match[str], date | None]]:
    found: list[tuple[re.Match[str], date | None]] = []
    for match in _ISO.finditer(text):
        found.append((match, _date(match[1], match[3], match[4])))
    for match in _NUMERIC.finditer(text):
        found.append((match, _date(match[4], match[3], match[1]) or _date(match[4], match[1], match[3])))
    for match in _DAY_MONTH.finditer(text):
        found.append((match, _named(match[3], match[2], match[1])))
    for match in _MONTH_DAY.finditer(text):
        found.append((match, _named(match[3], match[1], match[2])))
    for match in _YEAR_MONTH.finditer(text):
        found.append((match, _named(match[1], match[2], match[3])))
    return found


def _named(year: str, month: str, day: str) -> date | None:
    months = _months()
    number = months.get(_plain(month)) or months.get(_plain(month.split()[0]))
    return _date(year, str(number), day) if number else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _EARLIEST <= found.year <= date.today().year + 1 else None


@functools.cache
def _months() -> dict[str, int]:
    months = dict(_EXTRA_MONTHS)
    for name in _LOCALES.split():
        for forms in Locale.parse(name).months.values():
            for width in ("wide", "abbreviated"):
                for number, word in forms.get(width, {}).items():
                    if any(letter.isalpha() for letter in word):
                        months.setdefault(_plain(word), number)
    return months


def _plain(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
    return bare.strip(". ")
