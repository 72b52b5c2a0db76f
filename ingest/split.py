"""A document's text as passages: along headings and sentences, each inside the embedding model's window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.document import PassageDraft, Span
from ingest.layout import Layout
from ingest.passage_language import passage_language
from ingest.pieces import TARGET, WHOLE, Piece, cut_pieces

_SMALL = 40
"""Tokens below which a section is not worth a passage of its own and is joined by the next one."""
_DIVIDER = " › "
_LEAD_IN = 120  # characters of a list's lead-in given as context to the part of the list that stands without it
_LONGEST = 120  # characters of a title or heading given as context, so that the passage itself keeps its room
_SECTION_LEVELS = 2  # headings of a path that are given as context, the nearest ones


def split(layout: Layout, title: str, language: str) -> tuple[PassageDraft, ...]:
    """Passages in order. Together they hold every sentence of the text once; none is empty or overlaps another."""
    passages: list[PassageDraft] = []
    lead_in = ""
    for group in _packed(_pieces(layout, title, language)):
        passages.append(_passage(layout.text, group, title, language, lead_in if group[0].kind == "item" else ""))
        lead_in = _last_lead_in(layout.text, group) or (lead_in if group[-1].kind == "item" else "")
    return tuple(passages)


def _pieces(layout: Layout, title: str, language: str) -> Iterator[Piece]:
    path: list[tuple[int, str]] = []
    for placed in layout.blocks:
        block = placed.block
        if block.kind == "heading":
            path = [entry for entry in path if entry[0] < block.level]
            if not _same(block.text, title):
                path.append((block.level, block.text))
        yield from cut_pieces(layout.text, placed, tuple(text for _, text in path), language)


def _packed(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    own = headed = 0  # tokens of the group without its headings, and of these
    for piece in pieces:
        if group and _ends(own, headed, piece):
            moved = _moved_on(group, piece)
            yield group[: len(group) - len(moved)]
            group = moved
            own, headed = _tokens(group, headings=False), _tokens(group, headings=True)
        group.append(piece)
        if piece.kind == "heading":
            headed += piece.tokens
        else:
            own += piece.tokens
    if group:
        yield group


def _tokens(group: Sequence[Piece], *, headings: bool) -> int:
    return sum(piece.tokens for piece in group if (piece.kind == "heading") == headings)


def _ends(own: int, headed: int, piece: Piece) -> bool:
    total = own + headed
    if piece.kind == "heading":
        return own >= _SMALL or total + piece.tokens > TARGET
    return total + piece.tokens > (TARGET if own else WHOLE + TARGET // 4)


def _moved_on(group: list[Piece], piece: Piece) -> list[Piece]:
    """The headings and the lead-in at the group's end, which belong to what follows; never the whole group."""
    kept = len(group)
    while kept > 1 and (group[kept - 1].kind == "heading" or (group[kept - 1].leads_in and piece.kind == "item")):
        kept -= 1
    return group[kept:]


def _passage(text: str, group: Sequence[Piece], title: str, language: str, lead_in: str) -> PassageDraft:
    span = Span(group[0].span.start, group[-1].span.end)
    body = text[span.start : span.end]
    first = next((piece for piece in group if piece.kind != "heading"), group[0])
    section = _DIVIDER.join(first.section) or None
    above = [_shortened(heading) for heading in first.section[-_SECTION_LEVELS:] if heading not in body]
    named = [] if title.removesuffix("…") in body else [_shortened(title)]
    context = _DIVIDER.join([*named, *above, *([lead_in] if lead_in else [])])
    return PassageDraft(
        span=span,
        sentences=tuple(sentence for piece in group for sentence in piece.sentences),
        context=context,
        language=passage_language(body, language),
        page=first.page,
        section=section,
    )


def _last_lead_in(text: str, group: Sequence[Piece]) -> str:
    found = ""
    for piece in group:
        if piece.leads_in:
            last = piece.sentences[-1]
            found = text[last.start : last.end]
        elif piece.kind != "item":
            found = ""
    return found if len(found) <= _LEAD_IN else ""


def _same(heading: str, title: str) -> bool:
    """Whether a heading is the document's title, give or take a mark in front ("Ref.", a number)."""
    return title.casefold() in heading.casefold() and len(heading) <= len(title) + 20


def _shortened(heading: str) -> str:
    if len(heading) <= _LONGEST:
        return heading
    return heading[: heading.rfind(" ", 0, _LONGEST) if " " in heading[:_LONGEST] else _LONGEST] + "…"
