"""Reads passages and their vectors out of the library, for search engines and for answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, Row, Select, select
from sqlalchemy.orm import Session

from index.document import Audience, DocumentSummary, Passage, Span, Translation
from index.embedding_key import passage_text
from index.hit import Filters, Scope, Vector
from index.restrictions import restricted, unrepeated
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
class Admitted:
    """What ranking needs of a passage that a request may see."""

    number: int
    language: str
    vector: Vector
    document_id: str
    document_language: str
    group: str | None
    """What the document's translations have in common; None where it has none."""


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

    def admitted(self, numbers: Sequence[int], scope: Scope, filters: Filters) -> list[Admitted]:
        """Those of these passages that still exist, that scope and filters admit, and that repeat no other document.

        This check, not the engines, decides what a request may see: an engine may hold entries that are out of date.
        """
        statement = _candidates(scope, filters)
        admitted: list[Admitted] = []
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                batch = statement.where(PassageRow.number.in_(numbers[first : first + BATCH]))
                admitted.extend(_admitted(session.execute(batch).all()))
        return admitted

    def translated(self, groups: Collection[str], language: str, scope: Scope, filters: Filters) -> list[Admitted]:
        """The passages of those documents in these groups of translations that are in `language`, if admitted."""
        statement = _candidates(scope, filters).where(
            DocumentRow.translation_group.in_(groups), DocumentRow.language == language
        )
        with Session(self.bind) as session:
            return list(_admitted(session.execute(statement).all()))

    def for_reranking(self, numbers: Sequence[int]) -> dict[int, tuple[str, bytes]]:
        """Text with its context, and packed tokens, by number. To be asked for admitted passages only."""
        statement = select(PassageRow.number, PassageRow.context, PassageRow.text, EmbeddingRow.tokens).join(
            EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key
        )
        with Session(self.bind) as session:
            return {
                number: (passage_text(context, text), tokens or b"")
                for number, context, text, tokens in session.execute(statement.where(PassageRow.number.in_(numbers)))
            }

    def chosen(self, numbers: Sequence[int], scope: Scope) -> list[Admitted]:
        """Those of these passages, chosen by their filters before, that still exist and that the scope admits."""
        columns = (EmbeddingRow.vector, PassageRow.number, PassageRow.language, PassageRow.document_id)
        statement = select(*columns).join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
        admitted: list[Admitted] = []
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                batch = statement.where(PassageRow.number.in_(numbers[first : first + BATCH]))
                rows = session.execute(batch).all()
                # Asked apart: with the documents in one statement SQLite may begin with those, and read all of them.
                visible = _visible({row[3] for row in rows}, session, scope)
                admitted.extend(_admitted([(*row, *visible[row[3]]) for row in rows if row[3] in visible]))
        return admitted

    def read(self, numbers: Sequence[int], scope: Scope) -> dict[int, tuple[Passage, DocumentSummary]]:
        """Passages with their documents by number; those that are gone, or out of scope by now, are left out."""
        read: dict[int, tuple[Passage, DocumentSummary]] = {}
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                columns = select(PassageRow, DocumentRow)
                statement = restricted(columns, scope, Filters()).where(
                    PassageRow.number.in_(numbers[first : first + BATCH])
                )
                for passage, document in session.execute(statement):
                    read[passage.number] = (_passage(passage, document.id), summary_of(document))
        return read

    def of_document(self, document_id: str, scope: Scope) -> list[Passage]:
        """A document's passages in reading order; none where the scope does not admit the document."""
        statement = restricted(select(PassageRow), scope, Filters(document_id=document_id))
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


Found = Row[bytes, int, str, str, str, str | None] | tuple[bytes, int, str, str, str, str | None]
"""Vector, number, language, and the document's id, language and group of translations."""


def _candidates(scope: Scope, filters: Filters) -> Select[bytes, int, str, str, str, str | None]:
    columns = select(
        EmbeddingRow.vector, PassageRow.number, PassageRow.language, DocumentRow.id, DocumentRow.language,
        DocumentRow.translation_group,
    )  # fmt: skip
    return unrepeated(restricted(columns, scope, filters), filters).join(
        EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key
    )


def _visible(ids: Collection[str], session: Session, scope: Scope) -> dict[str, tuple[str, str | None]]:
    """Language and group of translations of these documents, by id, where the scope admits them."""
    columns = (DocumentRow.id, DocumentRow.audience, DocumentRow.language, DocumentRow.translation_group)
    found = session.execute(select(*columns).where(DocumentRow.id.in_(ids)))
    return {id_: (language, group) for id_, label, language, group in found if Audience.from_label(label) in scope}


def _admitted(rows: Sequence[Found]) -> Iterator[Admitted]:
    if not rows:
        return
    stored = np.frombuffer(b"".join(row[0] for row in rows), dtype=np.float16)
    vectors = stored.reshape(len(rows), -1).astype(np.float32)
    for (_, number, language, document_id, document_language, group), vector in zip(rows, vectors, strict=True):
        yield Admitted(number, language, vector, document_id, document_language, group)


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
