"""Lines that name pages: entries of lists of related pages, and the way to a page ("You are in: Home » Housing")."""

from __future__ import annotations

import re
from collections.abc import Sequence

TITLE = "…"
"""What stands for a title in a line's pattern."""

_WORD = re.compile(r"\w+")
_STEP = re.compile(r"\s*(?:[>»›→]|::)\s*|\s+[/‹«←]\s+")
_CONTACT = re.compile(r"@|\d{4}")
_LONGEST_LINE = 300  # characters of a line that names pages
_LONGEST_TITLE = 25  # words
MOST_NAMES = 20_000
"""Titles remembered of one site."""


class PageNames:
    """The titles of a site's pages. A title of one letter or digit names nothing."""

    def __init__(self) -> None:
        self._titles: set[tuple[str, ...]] = set()
        self._first: set[str] = set()

    def add(self, title: str) -> None:
        words = _words(title)
        if len("".join(words)) > 1 and len(words) <= _LONGEST_TITLE and len(self._titles) < MOST_NAMES:
            self._titles.add(words)
            self._first.add(words[0])

    def pattern(self, line: str) -> str | None:
        """The words of a line with `TITLE` for every title in it; None for a line without a title."""
        if len(line) > _LONGEST_LINE:
            return None
        words = _words(line)
        parts: list[str] = []
        at = 0
        while at < len(words):
            size = self._size(words, at)
            parts.append(TITLE if size else words[at])
            at += size or 1
        return " ".join(parts) if TITLE in parts else None

    def _size(self, words: Sequence[str], at: int) -> int:
        """The words of the longest title that begins at `at`; 0 for none."""
        if words[at] not in self._first:
            return 0
        longest = min(_LONGEST_TITLE, len(words) - at)
        return next((size for size in range(longest, 0, -1) if tuple(words[at : at + size]) in self._titles), 0)


def trail(line: str) -> str | None:
    """The first step of a line that may be the way to a page, with `TITLE` for the others; None for any other line."""
    steps = [step for step in _STEP.split(line, 2)[:2] if step]
    if len(steps) < 2 or len(line) > _LONGEST_LINE or _CONTACT.search(line):
        return None
    return f"{' '.join(_words(steps[0]))} {TITLE}"


def names_pages_only(pattern: str | None) -> bool:
    """Whether a line consists of titles."""
    return pattern is not None and not pattern.replace(TITLE, "").strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))
