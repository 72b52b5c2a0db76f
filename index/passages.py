"""Reads passages and their vectors out of the library, for search engines and for answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from index.document import Audience, DocumentSummary, Passage, Span
from index.embedding_key import passage_text
from index.hit import Filters, Scope, Vector
from index.tables import DocumentRow, EmbeddingRow, PassageRow

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
class FoundPassage:
    """A passage with its document's summary and vector, as a search result needs it."""

    passage: Passage
    document: DocumentSummary
    vector: Vector


def passage_id(document_id: str, number: int) -> str:
    return f"{document_id}-{number}"


def summary_of(row: DocumentRow) -> DocumentSummary:
    return DocumentSummary(
        id=row.id,
        title=row.title,
        uri=row.uri,
        language=row.language,
        date=row.date,
        audience=Audience.from_label(row.audience),
        collection=row.collection,
        passages=row.passages,
    )


class PassageReader:
    """Every method takes the caller's scope, or is for building engines only (`entries`)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def found(self, numbers: Sequence[int], scope: Scope, filters: Filters) -> dict[int, FoundPassage]:
        """The passages of these numbers that still exist and that scope and filters admit, by number.

        This check, not the engines, decides what a request may see: an engine may hold entries that are out of date.
        """
        found: dict[int, FoundPassage] = {}
        with Session(self._engine) as session:
            for first in range(0, len(numbers), BATCH):
                statement = _admitted(scope, filters).where(PassageRow.number.in_(numbers[first : first + BATCH]))
                for passage, document, embedding in session.execute(statement):
                    found[passage.number] = _found(passage, document, embedding)
        return found

    def of_document(self, document_id: str, scope: Scope) -> list[Passage]:
        """A document's passages in reading order; none where the scope does not admit the document."""
        statement = _admitted(scope, Filters(document_id=document_id)).order_by(PassageRow.start)
        with Session(self._engine) as session:
            return [_found(*row).passage for row in session.execute(statement).tuples()]

    def entries(self, after_revision: int, up_to_revision: int) -> Iterator[IndexEntry]:
        """Entries of the passages written after one revision and not after another, in the order of their numbers.

        Reads in pages of `BATCH`, each its own short transaction, so that no writer waits for a long build.
        """
        last = 0
        while True:
            statement = (
                select(PassageRow, DocumentRow.audience, EmbeddingRow)
                .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
                .join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
                .where(PassageRow.revision > after_revision, PassageRow.revision <= up_to_revision)
                .where(PassageRow.number > last)
                .order_by(PassageRow.number)
                .limit(BATCH)
            )
            with Session(self._engine) as session:
                entries = [_entry(*row) for row in session.execute(statement)]
            yield from entries
            if len(entries) < BATCH:
                return
            last = entries[-1].number


def _admitted(scope: Scope, filters: Filters) -> Select[PassageRow, DocumentRow, EmbeddingRow]:
    statement = (
        select(PassageRow, DocumentRow, EmbeddingRow)
        .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
        .join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
        .where(DocumentRow.audience.in_([audience.value for audience in scope]))
    )
    if filters.language:
        statement = statement.where(PassageRow.language == filters.language)
    if filters.collection:
        statement = statement.where(DocumentRow.collection == filters.collection)
    if filters.document_id:
        statement = statement.where(DocumentRow.id == filters.document_id)
    return statement


def _found(passage: PassageRow, document: DocumentRow, embedding: EmbeddingRow) -> FoundPassage:
    bounds = json.loads(passage.sentences)
    return FoundPassage(
        Passage(
            id=passage_id(document.id, passage.number),
            document_id=document.id,
            text=passage.text,
            span=Span(passage.start, passage.end),
            sentences=tuple(Span(start, end) for start, end in bounds),
            context=passage.context,
            language=passage.language,
            page=passage.page,
            section=passage.section,
        ),
        summary_of(document),
        _vector(embedding),
    )


def _entry(passage: PassageRow, audience: str, embedding: EmbeddingRow) -> IndexEntry:
    return IndexEntry(
        number=passage.number,
        audience=Audience.from_label(audience),
        language=passage.language,
        text=passage_text(passage.context, passage.text),
        vector=_vector(embedding),
    )


def _vector(embedding: EmbeddingRow) -> Vector:
    return np.frombuffer(embedding.vector, dtype=np.float16).astype(np.float32)
