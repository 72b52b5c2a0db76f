"""Documents and their passages, as the library keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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
class Original:
    """The file that a document was read from, as it is kept; `staged` is its name until the document is stored."""

    sha256: str
    bytes: int
    staged: str | None = None


@dataclass(frozen=True, slots=True)
class Landmark:
    """A heading of a text, or what stands first on a page of the original, or both.

    `level` is the heading's, 1 the highest, and 0 for what is none; `page` counts from 1, None where there are none.
    """

    span: Span
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells documents with the same text from others without reading them.

    `numbers` is a hash of the numbers in title and text, `words` one of the text's words in order, and `signature` a
    MinHash of its shingles, whose share of equal values estimates how much two texts have in common.
    """

    numbers: bytes
    words: bytes
    signature: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A document as ingest hands it over.

    `source` identifies it (a URL, or the absolute path of a file) and never leaves the library; `uri` is what people
    are shown. `content_hash` is the SHA-256 of the bytes it was read from and of what a sidecar says of it, with the
    version of the pipeline. `country` is an ISO 3166 code of two letters. One without a `fingerprint` is never taken
    for a duplicate. Documents that share one of their `translation_names`, or name another's source there, are
    translations of each other. `type` is the kind of file it was read from: pdf, html, docx and so on. `landmarks` are
    in the order of the text.
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
    authors: tuple[str, ...] = ()
    organisation: str | None = None
    country: str | None = None
    theme: str | None = None
    type: str | None = None
    fingerprint: Fingerprint | None = None
    translation_names: tuple[str, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    original: Original | None = None


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
class Translation:
    """The same document in another language."""

    id: str
    language: str
    title: str
    uri: str


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What lists and citations say about a document, without its text.

    `duplicate_of` is the id of the document of the same audience whose passages are found in place of this one's.
    `translations` are given where documents are listed or read, not with hits.
    """

    id: str
    title: str
    uri: str
    language: str
    date: date | None
    audience: Audience
    collection: str
    passages: int
    authors: tuple[str, ...] = ()
    organisation: str | None = None
    country: str | None = None
    theme: str | None = None
    type: str | None = None
    duplicate_of: str | None = None
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True)
class Document(DocumentSummary):
    """A stored document with its whole text; every passage's and quote's offsets count in `text`.

    `version` counts how often it was read anew, from 1; `read_at` is when that happened last, in UTC without its zone.
    `landmarks` are None for a version that was read before they were kept; `original` is None where it is not kept.
    """

    text: str = ""
    version: int = 1
    read_at: datetime | None = None
    landmarks: tuple[Landmark, ...] | None = None
    original: Original | None = None
