"""Ways to split a document that `eval splitting` compares: the product's own and three that others use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index.document import PassageDraft, Span
from ingest.layout import Layout
from ingest.pieces import TARGET, Piece, cut_pieces
from ingest.split import split

Splitter = Callable[[Layout, str, str], tuple[PassageDraft, ...]]
"""Takes a layout, its title and its language."""

WINDOW, OVERLAP = 1000, 200
"""Characters: the defaults that most people start from, those of LangChain's splitter in its own examples."""


def windows(layout: Layout, title: str, language: str) -> tuple[PassageDraft, ...]:
    """Windows of `WINDOW` characters that share `OVERLAP` with the one before, cut at a space where there is one."""
    return tuple(PassageDraft(span, (span,), "", language) for span in _windows(layout.text))


def sentences(layout: Layout, title: str, language: str) -> tuple[PassageDraft, ...]:
    """Whole sentences packed until `TARGET` tokens, whatever headings stand between them."""
    pieces = [piece for placed in layout.blocks for piece in cut_pieces(layout.text, placed, (), language)]
    return tuple(_packed(group, language) for group in _groups(pieces))


def headings(layout: Layout, title: str, language: str) -> tuple[PassageDraft, ...]:
    """As the product splits, along headings, but without title and section in front of the passage."""
    return tuple(replace(passage, context="") for passage in split(layout, title, language))


SPLITTERS: dict[str, Splitter] = {
    "fixed windows": windows,
    "sentences": sentences,
    "headings": headings,
    "headings and context": split,
}


def _windows(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = min(len(text), start + WINDOW)
        space = text.rfind(" ", start + OVERLAP, end) if end < len(text) else -1
        end = space if space > start else end
        body = text[start:end]
        if body.strip():
            yield Span(start + len(body) - len(body.lstrip()), start + len(body.rstrip()))
        if end >= len(text):
            return
        start = max(start + 1, end - OVERLAP)


def _groups(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    for piece in pieces:
        if group and sum(each.tokens for each in group) + piece.tokens > TARGET:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _packed(group: Sequence[Piece], language: str) -> PassageDraft:
    span = Span(group[0].span.start, group[-1].span.end)
    return PassageDraft(span, tuple(sentence for piece in group for sentence in piece.sentences), "", language)
