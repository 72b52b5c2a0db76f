"""Cuts text into words and codes, the same however they were typed: invisible characters, digits, apostrophes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_WORD = 64
"""Longer runs of letters are not words that anybody types: base64, or a text without spaces."""
PHONE_DIGITS = 8
"""Last digits that tell a telephone number, with or without its country's code in front."""

_BMP = [chr(code) for code in range(0x10000)]
_MARKS = "".join(char for char in _BMP if unicodedata.category(char) in {"Mn", "Mc"})
_PLAIN = str.maketrans(
    {char: str(unicodedata.digit(char)) for char in _BMP if unicodedata.category(char) == "Nd" and not char.isascii()}
    | {"\u066b": ".", "\u066c": ","}
    # Soft hyphen, zero width characters, marks of direction: nobody sees or types them.
    | dict.fromkeys(map(chr, (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)))
    | dict.fromkeys("’‘ʼ＇`´", "'")
)  # fmt: skip
_LETTER = rf"[\w{_MARKS}]"
_WORD = re.compile(rf"{_LETTER}+(?:[./+'@\-]{_LETTER}+)*\+?")
_PART = re.compile(rf"{_LETTER}+")
_PLAIN_WORD = re.compile(rf"[^\W\d_]{_LETTER}*(?:'{_LETTER}+)+")
_SEPARATORS = re.compile(r"[./'@\-]|\+(?!$)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,']\d{3})+(?:[.,]\d+)?")
_SPACED = re.compile(r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u2009\u202f']\d{3})+(?![\w])")
_PHONE = re.compile(r"(?<![\w.,/])(?:\+|\(?0)[\d \u00a0()/.\-]{6,22}\d(?!\w)")
_DAY = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}")
_LETTER_APOSTROPHE = frozenset({"uk", "be", "so", "sw", "uz", "ha", "br", "gn"})
"""Languages that write an apostrophe inside a word; in others it stands between two: l'ufficio, d'accueil."""


@dataclass(frozen=True, slots=True)
class Token:
    """Words, or a code of several with what it is as a whole: FAMI/15.03.02 is FAMI150302, and four words."""

    parts: tuple[str, ...]
    whole: str | None = None


def tokens(text: str, language: str) -> Iterator[Token]:
    """The words and codes of `text`, in order; then its telephone numbers and numbers grouped by spaces."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    for match in _WORD.finditer(text):
        yield _token(match.group()[:MAX_WORD], language)
    for match in _SPACED.finditer(text):
        yield Token((), re.sub(r"\D", "", match.group()))
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if PHONE_DIGITS - 1 <= len(digits) <= 15 and not _DAY.match(match.group()):
            yield Token((), f"#{digits[-PHONE_DIGITS:]}")


def _token(word: str, language: str) -> Token:
    if "'" in word and language in _LETTER_APOSTROPHE:
        word = word.replace("'", "")
    parts = tuple(_PART.findall(word))
    if _GROUPED.fullmatch(word):
        # 1.500 is the number 1500; "1" and "500" would only find other numbers.
        return Token((re.sub(r"\D", "", word),))
    # An article is no part of a code; everything else that is joined may be one.
    if (len(parts) > 1 or word.endswith("+")) and not _PLAIN_WORD.fullmatch(word):
        return Token(parts, _SEPARATORS.sub("", word))
    return Token(parts)
