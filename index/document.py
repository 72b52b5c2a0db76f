"""Documents and their passages, as the library keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Audience(StrEnum):
    """Who may be shown a document. What carries no label, or an unknown one, is internal."""

    PUBLIC = "public"
    INTERNAL = "internal"

    @classmethod
    def from_label(cls, label: str | None) -> Audience:
        return cls.PUBLIC if label == cls.PUBLIC.value else cls.INTERNAL


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters [start, end) in a document's stored text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageDraft:
    """A passage as ingest hands it over, before the library gives it an id.

    `span` lies in the document's text; `sentences` lie inside `span`, in order. `context` (title and section) is
    embedded and indexed in front of the passage's own text but is not part of it, and is never quoted.
    """

    span: Span
    sentences: tuple[Span, ...]
    context: str
    language: str
    page: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document as ingest hands it over.

    `source` identifies it (a URL, or the absolute path of a file) and never leaves the library; `uri` is what people
    are shown. `content_hash` is the SHA-256 of the bytes it was read from, with the version of the pipeline.
    """

    source: str
    uri: str
    content_hash: str
    title: str
    language: str
    text: str
    passages: tuple[PassageDraft, ...]
    audience: Audience = Audience.INTERNAL
    collection: str = "default"
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage: a piece of one document's text, small enough for the embedding model's window."""

    id: str
    document_id: str
    text: str
    span: Span
    sentences: tuple[Span, ...]
    context: str
    language: str
    page: int | None
    section: str | None


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What lists and citations say about a document, without its text."""

    id: str
    title: str
    uri: str
    language: str
    date: date | None
    audience: Audience
    collection: str
    passages: int


@dataclass(frozen=True, slots=True)
class Document(DocumentSummary):
    """A stored document with its whole text; every passage's and quote's offsets count in `text`."""

    text: str = ""
