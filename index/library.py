"""The library: documents with their passages and vectors. The one truth; every search engine is rebuilt from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from index.database import writing
from index.document import Audience, Document, DocumentDraft, DocumentSummary
from index.duplicates import fold, followers, put_fingerprint
from index.errors import NotFound
from index.facts import REVISION, next_revision, read_fact, write_fact
from index.hit import Scope, Vector
from index.passages import BATCH, PassageReader, summary_of
from index.tables import DocumentRow, EmbeddingRow, PassageRow
from index.translations import companions, put_names, regroup, translations_of


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What became of a draft."""

    document_id: str
    status: Literal["added", "updated"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the library holds for a source, enough to see whether it has changed."""

    document_id: str
    content_hash: str
    audience: Audience
    collection: str


class Library:
    """Reads and writes whole documents, each in one transaction. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.passages = PassageReader(engine)

    def close(self) -> None:
        self.engine.dispose()

    def put(self, draft: DocumentDraft, keys: Sequence[bytes], embeddings: Mapping[bytes, Vector]) -> StoredDocument:
        """Add a document, or replace the earlier version of the same source.

        `keys[i]` names the embedding of `draft.passages[i]`; `embeddings` holds at least those the library lacks.
        """
        with Session(writing(self.engine)) as session, session.begin():
            earlier = session.scalar(select(DocumentRow).where(DocumentRow.source == draft.source))
            document_id = earlier.id if earlier else _document_id(draft.source)
            version = earlier.version + 1 if earlier else 1
            affected = _Affected.by(session, document_id)
            session.execute(delete(DocumentRow).where(DocumentRow.source == draft.source))
            session.execute(insert(DocumentRow).values(_document_values(draft, document_id, version)))
            _put_embeddings(session, keys, embeddings)
            rows = _passage_values(draft, document_id, next_revision(session), keys)
            if rows:
                session.execute(insert(PassageRow), rows)
            if draft.fingerprint is not None:
                put_fingerprint(session, document_id, draft.fingerprint)
            put_names(session, document_id, draft.translation_names)
            affected.decide(session)
            return StoredDocument(document_id, "updated" if version > 1 else "added")

    def relabel(self, document_id: str, audience: Audience) -> None:
        """Change who may see a document; in force for every search that starts afterwards. Raises `NotFound`."""
        with Session(writing(self.engine)) as session, session.begin():
            document = session.get(DocumentRow, document_id)
            if document is None:
                raise NotFound(f"There is no document {document_id}.")
            affected = _Affected.by(session, document_id)
            document.audience = audience.value
            # A new revision brings the passages into the engines of the audience they belong to now.
            revision = next_revision(session)
            session.execute(update(PassageRow).where(PassageRow.document_id == document_id).values(revision=revision))
            affected.decide(session)

    def remove(self, document_id: str) -> None:
        """Remove a document with its passages. Raises `NotFound`."""
        with Session(writing(self.engine)) as session, session.begin():
            document = session.get(DocumentRow, document_id)
            if document is None:
                raise NotFound(f"There is no document {document_id}.")
            affected = _Affected.by(session, document_id)
            session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))
            next_revision(session)
            affected.decide(session)

    def known(self, sources: Sequence[str]) -> dict[str, Known]:
        """What is held of these sources, by source; sources that are not held are absent."""
        columns = (DocumentRow.source, DocumentRow.id, DocumentRow.content_hash)
        statement = select(*columns, DocumentRow.audience, DocumentRow.collection)
        known: dict[str, Known] = {}
        with Session(self.engine) as session:
            for first in range(0, len(sources), BATCH):
                batch = statement.where(DocumentRow.source.in_(sources[first : first + BATCH]))
                for source, document_id, content_hash, audience, collection in session.execute(batch):
                    known[source] = Known(document_id, content_hash, Audience.from_label(audience), collection)
        return known

    def document(self, document_id: str, scope: Scope) -> Document:
        """One document with its text. Raises `NotFound`, also for one outside the scope: both look the same."""
        with Session(self.engine) as session:
            row = session.get(DocumentRow, document_id)
            if row is None or Audience.from_label(row.audience) not in scope:
                raise NotFound(f"There is no document {document_id}.")
            summary = summary_of(row, translations_of(session, [row], scope).get(row.id, ()))
            return Document(**{name: getattr(summary, name) for name in summary.__slots__}, text=row.text)

    def documents(self, scope: Scope) -> list[DocumentSummary]:
        """All documents in scope, by title."""
        audiences = [audience.value for audience in scope]
        statement = (
            select(DocumentRow).where(DocumentRow.audience.in_(audiences)).order_by(DocumentRow.title, DocumentRow.id)
        )
        with Session(self.engine) as session:
            rows = session.scalars(statement).all()
            translations = translations_of(session, rows, scope)
            return [summary_of(row, translations.get(row.id, ())) for row in rows]

    def stored_embeddings(self, keys: Sequence[bytes]) -> set[bytes]:
        """Which of these embeddings the library holds already."""
        with Session(self.engine) as session:
            return _stored_keys(session, keys)

    def fact(self, name: str) -> str | None:
        """A fact the library keeps about itself (see `index.facts`), or None."""
        with Session(self.engine) as session:
            return read_fact(session, name)

    def revision(self) -> int:
        """Counts the changes to documents: equal revisions mean equal contents."""
        return int(self.fact(REVISION) or 0)

    def settle(self, name: str, value: str) -> str:
        """Store a fact unless one stands already; returns the one that stands."""
        with Session(writing(self.engine)) as session, session.begin():
            standing = read_fact(session, name)
            if standing is None:
                write_fact(session, name, value)
            return standing or value


@dataclass(frozen=True, slots=True)
class _Affected:
    """Those for which a change of one document matters, told before it and decided anew after it."""

    document_id: str
    followers: Sequence[str]
    companions: Sequence[str]

    @classmethod
    def by(cls, session: Session, document_id: str) -> _Affected:
        return cls(document_id, followers(session, document_id), companions(session, document_id))

    def decide(self, session: Session) -> None:
        fold(session, [self.document_id, *self.followers])
        regroup(session, [self.document_id, *self.companions])


def _document_id(source: str) -> str:
    """The same file or address keeps its id over all its versions; 80 bits make a clash of two unthinkable."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _document_values(draft: DocumentDraft, document_id: str, version: int) -> dict[str, object]:
    return {
        "id": document_id,
        "source": draft.source,
        "uri": draft.uri,
        "content_hash": draft.content_hash,
        "title": draft.title,
        "language": draft.language,
        "date": draft.date,
        "audience": draft.audience.value,
        "collection": draft.collection,
        "version": version,
        "added_at": datetime.now(UTC).replace(tzinfo=None),
        "passages": len(draft.passages),
        "authors": json.dumps(draft.authors, ensure_ascii=False),
        "organisation": draft.organisation,
        "country": draft.country,
        "theme": draft.theme,
        "text": draft.text,
    }


def _passage_values(
    draft: DocumentDraft, document_id: str, revision: int, keys: Sequence[bytes]
) -> list[dict[str, object]]:
    return [
        {
            "document_id": document_id,
            "revision": revision,
            "start": passage.span.start,
            "end": passage.span.end,
            "text": draft.text[passage.span.start : passage.span.end],
            "sentences": json.dumps([[s.start, s.end] for s in passage.sentences]),
            "context": passage.context,
            "language": passage.language,
            "page": passage.page,
            "section": passage.section,
            "embedding_key": key,
        }
        for passage, key in zip(draft.passages, keys, strict=True)
    ]


def _stored_keys(session: Session, keys: Sequence[bytes]) -> set[bytes]:
    stored: set[bytes] = set()
    for first in range(0, len(keys), BATCH):
        batch = keys[first : first + BATCH]
        stored.update(session.scalars(select(EmbeddingRow.key).where(EmbeddingRow.key.in_(batch))))
    return stored


def _put_embeddings(session: Session, keys: Sequence[bytes], embeddings: Mapping[bytes, Vector]) -> None:
    """Checked again inside the transaction: another process may have removed or added the same text meanwhile."""
    wanted = list(dict.fromkeys(keys))
    stored = _stored_keys(session, wanted)
    # float16 halves the library and changes a cosine by less than 0.0005.
    rows = [{"key": key, "vector": embeddings[key].astype(np.float16).tobytes()} for key in wanted if key not in stored]
    if rows:
        session.execute(insert(EmbeddingRow), rows)
