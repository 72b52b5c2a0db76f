"""Reads passages and their vectors out of the library, for search engines and for answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, Select, select, tuple_
from sqlalchemy.orm import Session, aliased

from index.document import Audience, DocumentSummary, Passage, Span, Translation
from index.embedding_key import passage_text
from index.hit import Filters, Scope, Vector
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
        duplicate_of=row.duplicate_of,
        translations=translations,
    )


class PassageReader:
    """Every method takes the caller's scope, or is for building engines only (`entries`)."""

    def __init__(self, bind: Engine | Connection) -> None:
        self._bind = bind

    def admitted(self, numbers: Sequence[int], scope: Scope, filters: Filters) -> list[Admitted]:
        """Those of these passages that still exist, that scope and filters admit, and that repeat no other document.

        This check, not the engines, decides what a request may see: an engine may hold entries that are out of date.
        """
        passage = aliased(PassageRow)
        allowed = _unrepeated(_restricted(select(PassageRow.number), scope, filters), filters)
        statement = (
            select(passage.number, passage.language, EmbeddingRow.vector)
            .join(EmbeddingRow, EmbeddingRow.key == passage.embedding_key)
            .where(_is_among(passage, allowed))
        )
        admitted: list[Admitted] = []
        with Session(self._bind) as session:
            for first in range(0, len(numbers), BATCH):
                batch = statement.where(passage.number.in_(numbers[first : first + BATCH]))
                admitted.extend(
                    Admitted(number, language, _vector(vector)) for number, language, vector in session.execute(batch)
                )
        return admitted

    def read(self, numbers: Sequence[int], scope: Scope) -> dict[int, tuple[Passage, DocumentSummary]]:
        """Passages with their documents by number; those that are gone, or out of scope by now, are left out."""
        passage, document = aliased(PassageRow), aliased(DocumentRow)
        statement = (
            select(passage, document)
            .join(document, document.id == passage.document_id)
            .where(_is_among(passage, _restricted(select(PassageRow.number), scope, Filters())))
        )
        read: dict[int, tuple[Passage, DocumentSummary]] = {}
        with Session(self._bind) as session:
            for first in range(0, len(numbers), BATCH):
                batch = statement.where(passage.number.in_(numbers[first : first + BATCH]))
                for row, of in session.execute(batch):
                    read[row.number] = (_passage(row, of.id), summary_of(of))
        return read

    def of_document(self, document_id: str, scope: Scope) -> list[Passage]:
        """A document's passages in reading order; none where the scope does not admit the document."""
        statement = _restricted(select(PassageRow), scope, Filters(document_id=document_id))
        with Session(self._bind) as session:
            rows = session.scalars(statement.order_by(PassageRow.start))
            return [_passage(row, row.document_id) for row in rows]

    def entries(self, after_revision: int, up_to_revision: int) -> Iterator[IndexEntry]:
        """Entries of the passages written after one revision and not after another, in the order of their revisions.

        Reads in pages of `BATCH`, each its own short transaction, so that no writer waits for a long build.
        """
        place = tuple_(PassageRow.revision, PassageRow.number)
        # The order of an index, which is read on from the last place: no page costs more than the first.
        statement = (
            select(PassageRow, DocumentRow.audience, EmbeddingRow.vector)
            .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
            .join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
            .where(PassageRow.revision <= up_to_revision)
            .order_by(PassageRow.revision, PassageRow.number)
            .limit(BATCH)
        )
        last = (after_revision + 1, 0)
        while True:
            with Session(self._bind) as session:
                rows = session.execute(statement.where(place > last)).all()
                entries = [_entry(*row) for row in rows]
                if rows:
                    last = (rows[-1][0].revision, rows[-1][0].number)
            yield from entries
            if len(entries) < BATCH:
                return


def _restricted(statement: Select[*Columns], scope: Scope, filters: Filters) -> Select[*Columns]:
    """The statement over passages, restricted to what the request may see and asked for."""
    statement = statement.join(DocumentRow, DocumentRow.id == PassageRow.document_id).where(
        DocumentRow.audience.in_([audience.value for audience in scope])
    )
    if filters.language:
        statement = statement.where(PassageRow.language == filters.language)
    if filters.collection:
        statement = statement.where(DocumentRow.collection == filters.collection)
    if filters.document_id:
        statement = statement.where(DocumentRow.id == filters.document_id)
    return statement


def _is_among(passage: type[PassageRow], allowed: Select[int]) -> ColumnElement[bool]:
    """That a statement over passages gives this passage's number.

    Asked passage by passage: in one join, SQLite would begin with all documents of an audience, which it takes for few.
    """
    return allowed.where(PassageRow.number == passage.number).correlate(passage).exists()


def _unrepeated(statement: Select[*Columns], filters: Filters) -> Select[*Columns]:
    """Without the documents that point to another, unless the filters leave that other one out."""
    if filters.document_id:
        return statement
    if not filters.collection:
        return statement.where(DocumentRow.duplicate_of.is_(None))
    kept = aliased(DocumentRow)
    found = select(kept.id).where(kept.id == DocumentRow.duplicate_of, kept.collection == filters.collection)
    return statement.where(~found.correlate(DocumentRow).exists())


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
