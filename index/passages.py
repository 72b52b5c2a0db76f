"""Reads passages and their vectors out of the library, for search engines and for answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

import numpy as np
from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.orm import Session

from index.document import Audience, DocumentSummary, Passage, Span, Translation
from index.embedding_key import passage_text
from index.hit import Scope, Vector
from index.tables import DocumentRow, EmbeddingRow, PassageRow

Columns = TypeVarTuple("Columns")

BATCH = 500
"""Rows named in one statement, well under every database's limit on bound variables."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the search engines need of one passage; `text` has the context in front."""

    number: int
    audience: Audience
    language: str
    text: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Admitted:
    """What ranking needs of a passage that a request may see."""

    number: int
    language: str
    vector: Vector


def passage_id(document_id: str, number: int) -> str:
    return f"{document_id}-{number}"


def summary_of(row: DocumentRow, translations: tuple[Translation, ...] = ()) -> DocumentSummary:
    return DocumentSummary(
        id=row.id,
        title=row.title,
        uri=row.uri,
        language=row.language,
        date=row.date,
        audience=Audience.from_label(row.audience),
        collection=row.collection,
        passages=row.passages,
        authors=tuple(json.loads(row.authors)),
        organisation=row.organisation,
        country=row.country,
        theme=row.theme,
        type=row.type,
        duplicate_of=row.duplicate_of,
        translations=translations,
    )


class PassageReader:
    """Every method takes the caller's scope, or is for building engines only (`entries`)."""

    def __init__(self, bind: Engine | Connection) -> None:
        self.bind = bind

    def admitted(self, numbers: Sequence[int], scope: Scope) -> list[Admitted]:
        """Those of these passages that still exist, that the scope admits, and that repeat no other document.

        This check, not the engines, decides what a request may see: an engine may hold entries that are out of date.
        """
        return self._admitted(numbers, scope, repeating=False)

    def chosen(self, numbers: Sequence[int], scope: Scope) -> list[Admitted]:
        """Like `admitted`, for passages that filters have chosen, which may leave out what one of them repeats."""
        return self._admitted(numbers, scope, repeating=True)

    def _admitted(self, numbers: Sequence[int], scope: Scope, *, repeating: bool) -> list[Admitted]:
        columns = (PassageRow.document_id, PassageRow.number, PassageRow.language, EmbeddingRow.vector)
        statement = select(*columns).join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
        admitted: list[Admitted] = []
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                rows = session.execute(statement.where(PassageRow.number.in_(numbers[first : first + BATCH]))).all()
                # Asked apart: with the documents in one statement SQLite may begin with those, and go through all.
                visible = _visible(session, {row[0] for row in rows}, scope, repeating)
                kept = [(number, language, vector) for id_, number, language, vector in rows if id_ in visible]
                admitted.extend(_with_vectors(kept))
        return admitted

    def read(self, numbers: Sequence[int], scope: Scope) -> dict[int, tuple[Passage, DocumentSummary]]:
        """Passages with their documents by number; those that are gone, or out of scope by now, are left out."""
        read: dict[int, tuple[Passage, DocumentSummary]] = {}
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                statement = _in_scope(select(PassageRow, DocumentRow), scope).where(
                    PassageRow.number.in_(numbers[first : first + BATCH])
                )
                for passage, document in session.execute(statement):
                    read[passage.number] = (_passage(passage, document.id), summary_of(document))
        return read

    def of_document(self, document_id: str, scope: Scope) -> list[Passage]:
        """A document's passages in reading order; none where the scope does not admit the document."""
        statement = _in_scope(select(PassageRow), scope).where(DocumentRow.id == document_id)
        with Session(self.bind) as session:
            rows = session.scalars(statement.order_by(PassageRow.start))
            return [_passage(row, row.document_id) for row in rows]

    def entries(self, after_revision: int, up_to_revision: int) -> Iterator[IndexEntry]:
        """Entries of the passages written after one revision and not after another, in the order of their numbers.

        Reads in pages of `BATCH`, each its own short transaction, so that no writer waits for a long build.
        """
        last = 0
        while True:
            statement = (
                select(PassageRow, DocumentRow.audience, EmbeddingRow.vector)
                .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
                .join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
                .where(PassageRow.revision > after_revision, PassageRow.revision <= up_to_revision)
                .where(PassageRow.number > last)
                .order_by(PassageRow.number)
                .limit(BATCH)
            )
            with Session(self.bind) as session:
                entries = [_entry(*row) for row in session.execute(statement)]
            yield from entries
            if len(entries) < BATCH:
                return
            last = entries[-1].number


def _in_scope(statement: Select[*Columns], scope: Scope) -> Select[*Columns]:
    # Joined to nothing, so that no index is used for it: SQLite would begin with all documents of an audience, and go
    # through every passage of theirs, where a few are named.
    audience = DocumentRow.audience.concat("")
    statement = statement.join(DocumentRow, DocumentRow.id == PassageRow.document_id)
    return statement.where(audience.in_([label.value for label in scope]))


def _visible(session: Session, document_ids: Collection[str], scope: Scope, repeating: bool) -> set[str]:
    """Those documents that the scope admits; those that repeat another only if asked for."""
    columns = (DocumentRow.id, DocumentRow.audience, DocumentRow.duplicate_of)
    rows = session.execute(select(*columns).where(DocumentRow.id.in_(document_ids)))
    return {id_ for id_, label, kept in rows if Audience.from_label(label) in scope and (repeating or kept is None)}


def _with_vectors(rows: Sequence[tuple[int, str, bytes]]) -> Iterator[Admitted]:
    if not rows:
        return
    stored = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float16)
    vectors = stored.reshape(len(rows), -1).astype(np.float32)
    for (number, language, _), vector in zip(rows, vectors, strict=True):
        yield Admitted(number, language, vector)


def _passage(row: PassageRow, document_id: str) -> Passage:
    return Passage(
        id=passage_id(document_id, row.number),
        document_id=document_id,
        text=row.text,
        span=Span(row.start, row.end),
        sentences=tuple(Span(start, end) for start, end in json.loads(row.sentences)),
        context=row.context,
        language=row.language,
        page=row.page,
        section=row.section,
    )


def _entry(passage: PassageRow, audience: str, vector: bytes) -> IndexEntry:
    return IndexEntry(
        number=passage.number,
        audience=Audience.from_label(audience),
        language=passage.language,
        text=passage_text(passage.context, passage.text),
        vector=_vector(vector),
    )


def _vector(stored: bytes) -> Vector:
    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)
