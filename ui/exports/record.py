"""One entry of an export: a document, or a passage with its exact words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.document import Audience, DocumentSummary, Passage
from index.hit import Hit

Genre = Literal["report", "webpage", "document"]
_GENRES: dict[str | None, Genre] = {"html": "webpage", "pdf": "report", "docx": "report", "odt": "report"}


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage's exact characters, with where they stand in the document."""

    text: str
    page: int | None
    section: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """What every format is written from.

    `language` is the passage's own where there is a `quote`. `origin` is where the document came from, an address or
    a file's name; `address` is the document's or passage's page on this server, None where there is no server.
    Authors are as the document states them: which part is the family name nobody said, so no format divides them.
    """

    id: str
    document_id: str
    genre: Genre
    title: str
    authors: tuple[str, ...]
    organisation: str | None
    date: date | None
    language: str
    country: str | None
    theme: str | None
    collection: str
    is_public: bool
    origin: str
    address: str | None
    quote: Quote | None = None

    @property
    def url(self) -> str | None:
        """The one address of formats that have room for one: a passage's page here, a document's place on the web."""
        web = self.origin if self.origin.startswith(("http://", "https://")) else None
        return (self.address or web) if self.quote else (web or self.address)


def document_record(document: DocumentSummary, server: str | None) -> Record:
    """`server` is this server's own address, without a slash at its end."""
    address = f"{server}/documents/{document.id}" if server else None
    return _record(document, document.id, document.language, address, None)


def passage_record(passage: Passage, document: DocumentSummary, server: str | None) -> Record:
    """The passage as a whole, linked where it stands in its document's page."""
    start, end = passage.span.start, passage.span.end
    address = f"{server}/documents/{document.id}?start={start}&end={end}#p{start}" if server else None
    quote = Quote(passage.text, passage.page, passage.section)
    return _record(document, passage.id, passage.language, address, quote)


def hit_records(hits: Iterable[Hit], server: str | None) -> list[Record]:
    """A search's passages, in its order."""
    return [passage_record(hit.passage, hit.document, server) for hit in hits]


def one_line(text: str) -> str:
    """The text with each run of white space as one space, for formats in which a line's end has a meaning."""
    return " ".join(text.split())


def _record(document: DocumentSummary, id_: str, language: str, address: str | None, quote: Quote | None) -> Record:
    return Record(
        id=id_, document_id=document.id, genre=_GENRES.get(document.type, "document"), title=document.title,
        authors=document.authors, organisation=document.organisation, date=document.date, language=language,
        country=document.country, theme=document.theme, collection=document.collection,
        is_public=document.audience is Audience.PUBLIC, origin=document.uri, address=address, quote=quote,
    )  # fmt: skip
