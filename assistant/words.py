"""A question as words that know where they stand."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_ELIDED = 5
"""Letters before the apostrophe of an article or preposition: quell'ufficio."""
_APOSTROPHES = ("'", "’")
# Vowel signs and accents that stand as characters of their own belong to the word they are in.
_WORD = re.compile(r"\w[\w\u0300-\u036f\u064b-\u065f\u0670]*")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: `text[start:end]`; `plain` is the same in small letters."""

    plain: str
    start: int
    end: int
    kind: str
    """`number`, `acronym`, `name` (a capital inside a sentence), `elided` (l', d', qu') or `common`."""


def words_of(text: str) -> list[Word]:
    """The words in order; an apostrophe parts two of them."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        begins = not text[: match.start()].strip(" \t\n¿¡\"'«»„“”()") or _ends_sentence(text[: match.start()])
        plain = unicodedata.normalize("NFC", match.group()).casefold()
        kind = _kind(match.group(), begins)
        if kind == "common" and len(plain) <= LONGEST_ELIDED and text[match.end() :][:1] in _APOSTROPHES:
            kind = "elided"
        found.append(Word(plain, match.start(), match.end(), kind))
    return found


def _ends_sentence(before: str) -> bool:
    return before.rstrip(" \t\n¿¡\"'«»„“”()")[-1:] in {".", "?", "!", "؟", "…"}


def _kind(word: str, begins: bool) -> str:
    if any(char.isdigit() for char in word):
        return "number"
    if len(word) > 1 and word.isupper():
        return "acronym"
    return "name" if word[0].isupper() and not begins else "common"
