"""From a question and those before it to the question that is searched with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.exchange import Exchange
from assistant.follow_up import Leaning, leaning
from assistant.standalone import standalone
from index.hit import Hit

NEARLY = 0.15
"""How far the passages that were cited before may score below the best ones for a question that is short and no more.

General questions ("Which documents must I bring?") fit the document they were meant for about as well as any. The best
of 0.025, 0.08 and 0.15 on the conversations to develop on (`python -m eval follow-ups`).
"""

Search = Callable[[str, str], Sequence[Hit]]
"""Passages for a question in a language, best first."""
Rewrite = Callable[[str, str, Sequence[Exchange]], str | None]
"""A question with what it refers to, in other words; None where that cannot be trusted."""


def resolved(
    question: str, language: str, previous: Sequence[Exchange], search: Search, rewrite: Rewrite | None = None
) -> str | None:
    """What to search with in the question's place, or None where it can be understood by itself.

    Where the words leave it open, passages decide: a person who means the topic they spoke of has a question that the
    documents cited before fit about as well as any.
    """
    if not previous:
        return None
    leans = leaning(question, language, previous[-1])
    if leans is Leaning.NO:
        return None
    if rewrite is not None and (text := rewrite(question, language, previous)):
        if text != question:
            return text
        if leans is Leaning.UNSURE:
            return None
    if leans is Leaning.UNSURE and not _fits(search(question, language), previous[-1].documents):
        return None
    return standalone(question, language, previous[-1].searched, previous[-1].language)


def _fits(hits: Sequence[Hit], documents: Sequence[str]) -> bool:
    before = [hit.score for hit in hits if hit.document.id in documents]
    return bool(before) and max(before) >= hits[0].score - NEARLY
