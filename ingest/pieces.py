"""The smallest parts passages are packed from: a heading, an item, a row, or some sentences of a paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import Span
from index.sentences import split_sentences
from ingest.block import Kind
from ingest.layout import PlacedBlock
from ingest.tokens import estimate_tokens, fitting

TARGET = 220
"""Tokens a passage is packed to: about 900 Latin characters, two or three paragraphs of one section."""
WHOLE = 300
"""Tokens up to which one paragraph stays one passage: it holds one thought."""
HARD = 400
"""Tokens no passage exceeds; with title, section and prefix it stays inside the model's window of 512."""
_LONG_ITEM = 300  # characters from which an item is divided into sentences


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text with its sentences; `section` is the path of headings it stands under, the title left out."""

    span: Span
    sentences: tuple[Span, ...]
    kind: Kind
    tokens: int
    page: int | None
    section: tuple[str, ...]
    leads_in: bool


def cut_pieces(text: str, placed: PlacedBlock, section: tuple[str, ...], language: str) -> Iterator[Piece]:
    """The block as one piece, or as several of at most `TARGET` tokens when it is longer than a passage may be."""
    block = placed.block
    whole = estimate_tokens(block.text)
    sentences = _sentences(placed, language)
    if whole >= HARD:
        sentences = [part for sentence in sentences for part in _fitting(text, sentence)]
    groups = [sentences] if whole <= WHOLE else _groups(text, sentences)
    for group in groups:
        span = Span(group[0].start, group[-1].end)
        tokens = whole if span == placed.span else estimate_tokens(text[span.start : span.end])
        leads_in = block.kind == "paragraph" and text[span.end - 1] in ":："
        yield Piece(span, tuple(group), block.kind, tokens, block.page, section, leads_in)


def _sentences(placed: PlacedBlock, language: str) -> list[Span]:
    span, kind = placed.span, placed.block.kind
    one = kind in ("heading", "row") or (kind == "item" and span.end - span.start <= _LONG_ITEM)
    if one:
        return [span]
    found = split_sentences(placed.block.text, language)
    return [Span(span.start + sentence.start, span.start + sentence.end) for sentence in found]


def _fitting(text: str, span: Span) -> Iterator[Span]:
    """A sentence cut where a space, else anything, allows, until each part is within the hard limit."""
    start, end = span.start, span.end
    while (size := fitting(text, start, end, HARD)) < end - start:
        space = text.rfind(" ", start + size // 2, start + size)
        cut = space if space > start else _joint(text, start, start + size)
        yield Span(start, cut)
        start = cut
        while start < end and text[start] == " ":
            start += 1
    if start < end:
        yield Span(start, end)


def _joint(text: str, start: int, cut: int) -> int:
    """The nearest place before `cut` that is not in front of a combining mark, so that no written letter is broken."""
    for place in range(cut, max(start, cut - 20), -1):
        if text[place : place + 1].isalnum():
            return place
    return cut


def _groups(text: str, sentences: Sequence[Span]) -> list[list[Span]]:
    sizes = [estimate_tokens(text[sentence.start : sentence.end]) for sentence in sentences]
    parts = max(1, -(-sum(sizes) // TARGET))
    share = sum(sizes) / parts  # equal parts rather than a full one and a stump
    groups: list[list[Span]] = [[]]
    filled = 0
    for sentence, size in zip(sentences, sizes, strict=True):
        if groups[-1] and (filled + size / 2 > share or filled + size > WHOLE):
            groups.append([])
            filled = 0
        groups[-1].append(sentence)
        filled += size
    return groups
