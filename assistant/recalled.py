"""What was asked before, where only the questions are known: worked out again, never taken from what was answered."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.candidate import SEARCHED
from assistant.exchange import Exchange
from assistant.follow_up import Leaning, language_of, leaning
from assistant.question import checked_question
from assistant.resolving import resolved
from index.errors import InvalidRequest
from index.hit import Hit
from index.index import Index
from index.language import detect_language
from index.scope import Scope

MOST_RECALLED = 3
"""Earlier questions that are searched again for one that goes on from them; each costs a search."""
_MOST_DOCUMENTS = 3


def recalled(index: Index, question: str, asked: Sequence[str], scope: Scope) -> list[Exchange]:
    """Exchanges in place of those whose questions are `asked`, oldest first, for a `question` that may go on from them.

    What no question can be is left out. The documents found first stand for those that were cited; nothing is searched
    where `question` can be understood by itself.
    """
    before = [text for text in asked if _is_question(text)][-MOST_RECALLED:]
    if not before:
        return []
    last = Exchange(before[-1], detect_language(before[-1]), before[-1])
    if leaning(question, language_of(question, last), last) is Leaning.NO:
        return [last]

    def search(text: str, language: str) -> Sequence[Hit]:
        return index.search(text, language=language, limit=SEARCHED, scope=scope).hits

    exchanges: list[Exchange] = []
    for text in before:
        language = language_of(text, exchanges[-1]) if exchanges else detect_language(text)
        searched = resolved(text, language, exchanges, search) or text
        found = dict.fromkeys(hit.document.id for hit in search(searched, language))
        exchanges.append(Exchange(text, language, searched, tuple(found)[:_MOST_DOCUMENTS]))
    return exchanges


def _is_question(text: str) -> bool:
    try:
        checked_question(text)
    except InvalidRequest:
        return False
    return True
