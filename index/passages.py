"""Reads passages and their vectors out of the library, for search engines and for answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVarTuple

import numpy as np
from sqlalchemy import BindParameter, ColumnElement, Connection, Engine, Select, bindparam, select, tuple_
from sqlalchemy.orm import Session, aliased

from index.document import Audience, DocumentSummary, Passage, Span, Translation
from index.embedding_key import passage_text
from index.hit import Filters, Scope, Vector
from index.tables import DocumentRow, EmbeddingRow, PassageRow

Columns = TypeVarTuple("Columns")

BATCH = 500
"""Rows named in one statement, well under every database's limit on bound variables."""
STATEMENTS = 200
"""Statements kept, one for each scope and filters: making one takes as long as asking the database."""

_NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
_NAMED, _ITS_DOCUMENT = aliased(PassageRow), aliased(DocumentRow)
"""Passages whose numbers are given, and their documents."""


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
        statement = _admitting(scope, filters)
        admitted: list[Admitted] = []
        with Session(self._bind) as session:
            for first in range(0, len(numbers), BATCH):
                rows = session.execute(statement, {_NUMBERS.key: numbers[first : first + BATCH]})
                admitted.extend(Admitted(number, language, _vector(vector)) for number, language, vector in rows)
        return admitted

    def read(self, numbers: Sequence[int], scope: Scope) -> dict[int, tuple[Passage, DocumentSummary]]:
        """Passages with their documents by number; those that are gone, or out of scope by now, are left out."""
        statement = _reading(scope)
        read: dict[int, tuple[Passage, DocumentSummary]] = {}
        with Session(self._bind) as session:
            for first in range(0, len(numbers), BATCH):
                rows = session.execute(statement, {_NUMBERS.key: numbers[first : first + BATCH]})
                for passage, document in rows:
                    read[passage.number] = (_passage(passage, document.id), summary_of(document))
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


@lru_cache(STATEMENTS)
def _admitting(scope: Scope, filters: Filters) -> Select[int, str, bytes]:
    allowed = _unrepeated(_restricted(select(PassageRow.number), scope, filters), filters)
    statement = select(_NAMED.number, _NAMED.language, EmbeddingRow.vector)
    statement = statement.join(EmbeddingRow, EmbeddingRow.key == _NAMED.embedding_key)
    return statement.where(_NAMED.number.in_(_NUMBERS), _allows_named(allowed))


@lru_cache(STATEMENTS)
def _reading(scope: Scope) -> Select[PassageRow, DocumentRow]:
    allowed = _restricted(select(PassageRow.number), scope, Filters())
    statement = select(_NAMED, _ITS_DOCUMENT).join(_ITS_DOCUMENT, _ITS_DOCUMENT.id == _NAMED.document_id)
    return statement.where(_NAMED.number.in_(_NUMBERS), _allows_named(allowed))


def _allows_named(allowed: Select[int]) -> ColumnElement[bool]:
    """That a statement over passages gives the number of `_NAMED`.

    Asked passage by passage: in one join, SQLite would begin with all documents of an audience, which it takes for few.
    """
    return allowed.where(PassageRow.number == _NAMED.number).correlate(_NAMED).exists()


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
