"""The part of a found passage that a list of results shows."""

from __future__ import annotations

from dataclasses import dataclass

from index.document import Passage, Span
from ui.words import find_words

_LONGEST = 360
"""Characters: about four lines."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole sentences of a passage; `span` lies in the document's text."""

    span: Span
    pieces: tuple[Piece, ...]
    starts_inside: bool
    ends_inside: bool


def excerpt(passage: Passage, query: str) -> Excerpt:
    """The sentences richest in the query's words, with their neighbours as far as they fit; words marked."""
    first, last = _best_sentences(passage, query)
    offset = passage.span.start
    span = Span(passage.sentences[first].start, passage.sentences[last].end) if passage.sentences else passage.span
    text = passage.text[span.start - offset : span.end - offset]
    inside = len(passage.sentences) - 1
    return Excerpt(span, tuple(_pieces(text, find_words(query, text))), first > 0, last < inside)


def _best_sentences(passage: Passage, query: str) -> tuple[int, int]:
    """Indexes of the first and last sentence to show."""
    if not passage.sentences:
        return 0, -1
    found = find_words(query, passage.text)
    offset = passage.span.start

    def richness(index: int) -> int:
        sentence = passage.sentences[index]
        return sum(sentence.start <= word.start + offset < sentence.end for word in found)

    first = last = max(range(len(passage.sentences)), key=richness)
    while True:
        if last + 1 < len(passage.sentences) and _length(passage, first, last + 1) <= _LONGEST:
            last += 1
        elif first > 0 and _length(passage, first - 1, last) <= _LONGEST:
            first -= 1
        else:
            return first, last


def _length(passage: Passage, first: int, last: int) -> int:
    return passage.sentences[last].end - passage.sentences[first].start


def _pieces(text: str, marked: list[Span]) -> list[Piece]:
    pieces = []
    end = 0
    for span in marked:
        pieces.append(Piece(text[end : span.start], False))
        pieces.append(Piece(text[span.start : span.end], True))
        end = span.end
    pieces.append(Piece(text[end:], False))
    return [piece for piece in pieces if piece.text]
