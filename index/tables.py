"""The library's tables. Alembic's migrations in `index/migrations` must always lead to exactly these."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    and_,
    false,
    not_,
    or_,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from index.document import Audience
from index.scope import Scope


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _within(
    scope: Scope, audience: InstrumentedAttribute[str], collection: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """That the scope admits what carries these labels; what carries no audience that is known is internal."""
    public = audience == Audience.PUBLIC.value
    labelled = {Audience.PUBLIC: public, Audience.INTERNAL: not_(public)}
    seen = or_(false(), *(labelled[each] for each in sorted(scope.audiences)))
    return seen if scope.collections is None else and_(seen, collection.in_(sorted(scope.collections)))


class FactRow(Table):
    """Single facts about the library: its format, embedding model, revision counter."""

    __tablename__ = "facts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


FILTERED = ("audience", "collection", "country", "theme", "organisation", "type", "date", "duplicate_of")


class DocumentRow(Table):
    """`authors` is a list in JSON; `translation_group` is the least id of the documents that translate each other.

    `landmarks` is a list in JSON, of start, end, level and page (see `index.document.Landmark`).
    """

    __tablename__ = "documents"
    # All that filters look at: a row itself is slow to read, for what stands behind its text.
    __table_args__ = (Index("ix_documents_filters", "id", *FILTERED),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(Text, unique=True)
    uri: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    date: Mapped[datetime.date | None]
    audience: Mapped[str] = mapped_column(String(16), index=True)
    collection: Mapped[str] = mapped_column(String(128), index=True)
    version: Mapped[int]
    added_at: Mapped[datetime.datetime]
    passages: Mapped[int]
    authors: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    theme: Mapped[str | None] = mapped_column(Text)
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("documents.id", ondelete="SET NULL"), index=True)
    translation_group: Mapped[str | None] = mapped_column(String(32), index=True)
    type: Mapped[str | None] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text, deferred=True)
    landmarks: Mapped[str | None] = mapped_column(Text, deferred=True)

    @classmethod
    def within(cls, scope: Scope) -> ColumnElement[bool]:
        """That the scope admits the document."""
        return _within(scope, cls.audience, cls.collection)

    def is_within(self, scope: Scope) -> bool:
        """Whether the scope admits the document."""
        return scope.admits(Audience.from_label(self.audience), self.collection)

    @classmethod
    def below(cls, place: str) -> ColumnElement[bool]:
        """That the source begins with `place`, a folder or archive with the character that ends it."""
        after = place[:-1] + chr(ord(place[-1]) + 1)  # a range is answered by the index
        return and_(cls.source > place, cls.source < after)


class OriginalRow(Table):
    """The file that a document was read from, where it is kept; see `index.originals`."""

    __tablename__ = "originals"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int] = mapped_column(BigInteger)


class FingerprintRow(Table):
    """By what a document's duplicates are found; `signature` holds 32-bit numbers, little-endian."""

    __tablename__ = "fingerprints"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    numbers: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    words: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class TranslationNameRow(Table):
    """A name that a document shares with its translations, or the source of one."""

    __tablename__ = "translation_names"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


class EmbeddingRow(Table):
    """The vector of one text under one model, as float16, found by `key`: the SHA-256 of both."""

    __tablename__ = "embeddings"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class TokenEmbeddingRow(Table):
    """The vectors of a text's tokens (see `index.late_interaction`), found by the key of its embedding.

    Apart from the vectors, which a generation is built from: these are twenty times as large.
    """

    __tablename__ = "token_embeddings"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tokens: Mapped[bytes] = mapped_column(LargeBinary)


class PassageRow(Table):
    """`number` never returns once used, so an engine's stale entry can never name a newer passage.

    `text` repeats the document's characters [start, end): cutting them out of a long document at every search is slow.
    `sentences` holds the sentences' starts and ends in the document, as JSON.
    """

    __tablename__ = "passages"
    __table_args__ = (
        Index("ix_passages_revision", "revision"),
        Index("ix_passages_document_id_language", "document_id", "language"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    revision: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sentences: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    page: Mapped[int | None]
    section: Mapped[str | None] = mapped_column(Text)
    embedding_key: Mapped[bytes] = mapped_column(ForeignKey("embeddings.key"), index=True)


class JobRow(Table):
    """A piece of work that outlives the request that asked for it. `targets` is a JSON list of web addresses.

    `attempts` counts how often the job was taken up since one of its items was last settled.
    """

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16), index=True)
    audience: Mapped[str] = mapped_column(String(16))
    collection: Mapped[str] = mapped_column(String(128))
    targets: Mapped[str] = mapped_column(Text)
    cancelling: Mapped[bool]
    attempts: Mapped[int]
    created_at: Mapped[datetime.datetime] = mapped_column(index=True)
    started_at: Mapped[datetime.datetime | None]
    finished_at: Mapped[datetime.datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def within(cls, scope: Scope) -> ColumnElement[bool]:
        """That the scope admits the documents that the job takes in."""
        return _within(scope, cls.audience, cls.collection)


class JobItemRow(Table):
    """One file or page of a job. `stored` names the uploaded file that waits to be read."""

    __tablename__ = "job_items"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int]
    uri: Mapped[str] = mapped_column(Text)
    stored: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    document_id: Mapped[str | None] = mapped_column(String(32))
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(Text)


class SubmissionRow(Table):
    """What a caller has named by a key of its own, and the job that it led to; see `index.submissions`."""

    __tablename__ = "submissions"

    owner: Mapped[str] = mapped_column(String(128), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime.datetime] = mapped_column(index=True)


class UploadPartRow(Table):
    """A piece of an uploaded file that waits to be read; see `index.upload_parts`."""

    __tablename__ = "upload_parts"

    stored: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime.datetime]


class VectorGenerationRow(Table):
    """Vectors put on a server; see `index.served`. `passages` counts them by audience, in JSON, once they are whole."""

    __tablename__ = "vector_generations"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    passages: Mapped[str | None] = mapped_column(Text)
    begun_at: Mapped[datetime.datetime]


class CrawledPageRow(Table):
    """What is known of a document's page on the web; it outlives the document, and may come before it.

    `start` is what was given to find it, `links` the addresses it led to, as JSON; see `index.crawled`.
    """

    __tablename__ = "crawled_pages"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    start: Mapped[str] = mapped_column(Text, index=True)
    address: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(Text)
    last_modified: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(80))
    reader: Mapped[str] = mapped_column(String(32))
    links: Mapped[str | None] = mapped_column(Text)


class FrameRow(Table):
    """A block that pages of one folder share: `having` of `pages` pages have it, `home` is where it is kept.

    `block` is a hash of its words; see `index.frames`.
    """

    __tablename__ = "frames"

    folder: Mapped[str] = mapped_column(Text, primary_key=True)
    block: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    pages: Mapped[int]
    having: Mapped[int]
    home: Mapped[str | None] = mapped_column(Text)
