"""Questions with the words that answer them, from a JSON lines file, and what of them an answer cites."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation
from index.document import Audience
from index.errors import InvalidRequest
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """`quotes` are words of which any one answers the question, wherever they stand.

    `spans` are characters of the document with the URI `page` that answer it all together. Without either the documents
    do not answer. `collection` is the one that is asked, if not all, and `scope` what whoever asks may see.
    """

    id: str
    text: str
    language: str
    quotes: tuple[str, ...] = ()
    page: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    collection: str | None = None
    scope: Scope = PUBLIC_ONLY

    @property
    def answerable(self) -> bool:
        return bool(self.quotes or self.spans)


def read_questions(path: Path) -> tuple[GoldQuestion, ...]:
    """Read lines of {"id", "question", "language", "quote", "alternatives"}; an unanswerable one has no quote.

    With {"audience": "internal"} staff ask, else a visitor; {"collections"} are those that they may see, if not all.
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
    return GoldQuestion(fields["id"], fields["question"], fields["language"], answering, scope=_scope(fields))


def _scope(fields: Mapping[str, Any]) -> Scope:
    collections = fields.get("collections")
    # What is not said to be internal is asked as visitors ask.
    audiences = EVERYTHING.audiences if fields.get("audience") == Audience.INTERNAL.value else PUBLIC_ONLY.audiences
    return Scope(audiences, None if collections is None else frozenset(collections))


def rank_of_gold(question: GoldQuestion, answer: Answer) -> int | None:
    """Place, from 1, of the first citation that holds what answers; None where none does."""
    return next((rank for rank, cited in enumerate(answer.citations, 1) if is_right(question, cited)), None)


def is_right(question: GoldQuestion, cited: Citation) -> bool:
    """Whether the citation holds an answering quote, or a part of an answering span."""
    quote = _plain(cited.quote)
    return any(_plain(answering) in quote for answering in question.quotes) or any(
        _overlap(cited, question, span) for span in question.spans
    )


def recall_of_gold(question: GoldQuestion, answer: Answer) -> float:
    """Share of the answering spans of which a part is cited; of quotes, any one of which answers, all or nothing."""
    if not question.spans:
        return float(rank_of_gold(question, answer) is not None)
    covered = [any(_overlap(cited, question, span) for cited in answer.citations) for span in question.spans]
    return sum(covered) / len(covered)


def _overlap(cited: Citation, question: GoldQuestion, span: tuple[int, int]) -> bool:
    return cited.uri == question.page and cited.start < span[1] and span[0] < cited.end


def _plain(text: str) -> str:
    """Line breaks and composed letters differ between a document and what somebody copied from it; words do not."""
    return " ".join(unicodedata.normalize("NFC", text).split())
