"""Words that the pieces of a text, as a tokenizer cut them, make up."""

from __future__ import annotations

from collections.abc import Iterable

WORD_START = "▁"
"""At the beginning of a piece that begins a word."""


def words_of(pieces: Iterable[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words, and for each the number of its first piece among those that have a letter or digit.

    A piece without any, such as a bracket or an apostrophe, is left out and ends a word.
    """
    words: list[str] = []
    starts: list[int] = []
    kept, begins = 0, True
    for piece in pieces:
        if not any(map(str.isalnum, piece)):
            begins = True
            continue
        if begins or piece.startswith(WORD_START):
            words.append("")
            starts.append(kept)
        words[-1] += piece.lstrip(WORD_START)
        kept, begins = kept + 1, False
    return tuple(words), tuple(starts)
