"""Questions with the words that answer them, from a JSON lines file."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer
from index.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """`quotes` are words of which any one answers the question; none, where the documents do not answer it."""

    id: str
    text: str
    language: str
    quotes: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.quotes)


def read_questions(path: Path) -> tuple[GoldQuestion, ...]:
    """Read lines of {"id", "question", "language", "quote", "alternatives"}; an unanswerable one has no quote.

    Raises `InvalidRequest` for a file that is not of this form.
    """
    try:
        return tuple(_question(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"{path} is no file of questions: {error}.") from error


def _question(line: str) -> GoldQuestion:
    fields = json.loads(line)
    quotes = [fields.get("quote"), *fields.get("alternatives", [])]
    answering = tuple(quote for quote in quotes if quote) if fields.get("answerable", True) else ()
    return GoldQuestion(fields["id"], fields["question"], fields["language"], answering)


def rank_of_gold(question: GoldQuestion, answer: Answer) -> int | None:
    """Place, from 1, of the first citation that holds an answering quote; None where none does."""
    quotes = [_plain(quote) for quote in question.quotes]
    for rank, citation in enumerate(answer.citations, 1):
        cited = _plain(citation.quote)
        if any(quote in cited for quote in quotes):
            return rank
    return None


def _plain(text: str) -> str:
    """Line breaks and composed letters differ between a document and what somebody copied from it; words do not."""
    return " ".join(unicodedata.normalize("NFC", text).split())
