"""Finds the words of a query in a text, across accents, case and endings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile

from index.document import Span

_WORD = re.compile(r"\w+")
# Shorter words are mostly articles and prepositions; marking them would hide the words that matter.
_SHORTEST = 4
# Two words of which this share is a common beginning are taken for forms of one word ("comune", "comuni").
_COMMON_SHARE = 0.75


def find_words(query: str, text: str) -> list[Span]:
    """The words of `text` that are, or resemble, a word of `query`, in order."""
    wanted = {_fold(word) for word in _words(query)}
    spans = (Span(match.start(), match.end()) for match in _WORD.finditer(text))
    return [span for span in spans if _is_wanted(_fold(text[span.start : span.end]), wanted)]


def _words(query: str) -> Iterator[str]:
    return (word for word in _WORD.findall(query) if len(word) >= _SHORTEST or any(c.isdigit() for c in word))


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _is_wanted(word: str, wanted: set[str]) -> bool:
    if word in wanted:
        return True
    if len(word) < _SHORTEST or word.isdigit():
        return False
    return any(_common_beginning(word, other) >= _COMMON_SHARE * max(len(word), len(other)) for other in wanted)


def _common_beginning(first: str, second: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
