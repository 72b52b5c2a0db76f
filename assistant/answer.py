"""An answer and the citations that carry it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from assistant.contact import Contact

Status = Literal["answered", "no_answer"]
Reason = Literal["no_passage", "weak_evidence", "model_failed"]


@dataclass(frozen=True, slots=True)
class Translation:
    """What a chat model says that a quote says in `language`: for the reader's help, and not what is cited.

    `machine` says so to whoever reads the data alone; people's translations are not kept.
    """

    text: str
    language: str
    machine: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words of one document that support a statement.

    `quote` equals `document_text[start:end]` of the stored document, in the document's own language. `url` is the
    path of the page that shows the document with the quote marked. `organisation` is whose document it is, if
    known. `translation` is there only in a whole answer, by setting, for a quote in another language than the
    answer's, where it could be proven.
    """

    number: int
    document_id: str
    passage_id: str
    title: str
    uri: str
    language: str
    page: int | None
    section: str | None
    date: datetime.date | None
    quote: str
    start: int
    end: int
    url: str
    organisation: str | None = None
    translation: Translation | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence shown, with the numbers of its citations and a calibrated support in [0, 1]."""

    text: str
    citations: tuple[int, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, or the heading of a section, that may be asked next: words of a document, in its language."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning beside an answer, in the reader's language, about the sources with these numbers."""

    kind: Literal["old_source", "conflict", "model_failed", "by_words"]
    citations: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class AnswerTimings:
    """Milliseconds: the query's embedding, the search, everything after it."""

    embed: float
    search: float
    answer: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said in reply to one question; `text` is the statements with their `[n]` marks, or the no-answer text.

    `searched` is what was searched with and read for, where that is not the question as it was typed but a question
    completed by the ones before it. `suggestions` are what may be asked next, `contacts` where to turn instead of an
    answer. `withheld` counts sentences of a chat model that no source supports. `filters` are the fields and
    values that its person restricted the search to.
    """

    question: str
    language: str
    status: Status
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    answered_by: str
    reason: Reason | None
    timings_ms: AnswerTimings
    searched: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    warnings: tuple[Notice, ...] = ()
    contacts: tuple[Contact, ...] = ()
    withheld: int = 0
    filters: tuple[tuple[str, str], ...] = ()
