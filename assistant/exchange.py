"""What is remembered of one question and its answer, for the questions that follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer

MOST_EXCHANGES = 6
"""Exchanges that a question is seen with, the last ones: what lies further back is hardly meant by "and there?"."""
MOST_CHARACTERS = 400
"""Characters kept of each text of an exchange."""
MOST_DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class Exchange:
    """`searched` is the question with what it referred to; `documents` are the ids of those that the answer cites.

    The words of the answer are not kept: they are the documents' own, and a question is about its topic, not its text.
    """

    question: str
    language: str
    searched: str
    documents: tuple[str, ...] = ()

    @classmethod
    def of(cls, answer: Answer) -> Exchange:
        cited = tuple(dict.fromkeys(citation.document_id for citation in answer.citations))
        return cls(answer.question, answer.language, answer.searched or answer.question, cited)


def bounded(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The last `MOST_EXCHANGES`, none of their texts longer than `MOST_CHARACTERS`."""
    return tuple(
        Exchange(
            exchange.question[:MOST_CHARACTERS],
            exchange.language,
            exchange.searched[:MOST_CHARACTERS],
            exchange.documents[:MOST_DOCUMENTS],
        )
        for exchange in exchanges[-MOST_EXCHANGES:]
    )
