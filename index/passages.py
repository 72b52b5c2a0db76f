"""Reads passages and their vectors out of the library, for search engines and for answers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from sqlalchemy import Connection, Engine, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from index.document import Audience, DocumentSummary, Passage, Span, Translation
from index.embedding_key import passage_text
from index.entry import IndexEntry
from index.hit import Vector
from index.scope import EVERYTHING, Scope
from index.tables import DocumentRow, EmbeddingRow, PassageRow, TokenEmbeddingRow
from index.translations import groups_within

BATCH = 500
"""Rows named in one statement, well under every database's limit on bound variables."""

# Made once: making a statement takes as long as asking the database. Documents are always asked for apart, by their
# ids: in one statement with the passages SQLite may begin with all documents of an audience, and go through theirs.
_EMBEDDED = PassageRow.embedding_key == EmbeddingRow.key
_VECTORS = (
    select(EmbeddingRow.vector, PassageRow.number, PassageRow.language, PassageRow.document_id)
    .join(PassageRow, _EMBEDDED)
    .where(PassageRow.number.in_(bindparam("numbers", expanding=True)))
)
_TOKENS = (
    select(PassageRow.number, PassageRow.context, PassageRow.text, TokenEmbeddingRow.tokens)
    .outerjoin(TokenEmbeddingRow, TokenEmbeddingRow.key == PassageRow.embedding_key)
    .where(PassageRow.number.in_(bindparam("numbers", expanding=True)))
)
_PASSAGES = select(PassageRow).where(PassageRow.number.in_(bindparam("numbers", expanding=True)))
_DOCUMENTS = select(DocumentRow).where(DocumentRow.id.in_(bindparam("ids", expanding=True)))
_ORIGINS = select(
    DocumentRow.id,
    DocumentRow.audience,
    DocumentRow.collection,
    DocumentRow.duplicate_of,
    DocumentRow.language,
    DocumentRow.translation_group,
).where(DocumentRow.id.in_(bindparam("ids", expanding=True)))
# A group is named by one of its documents.
_NAMED = aliased(DocumentRow)
_TRANSLATED = (
    select(PassageRow.number)
    .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
    .join(_NAMED, _NAMED.translation_group == DocumentRow.translation_group)
    .where(_NAMED.id.in_(bindparam("groups", expanding=True)))
    .where(DocumentRow.language == bindparam("language"))
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What ranking needs of a passage that a request may see.

    `group` is what the document's translations have in common; None where it has none.
    """

    number: int
    language: str
    vector: Vector
    document_id: str
    document_language: str
    group: str | None


def passage_id(document_id: str, number: int) -> str:
    return f"{document_id}-{number}"


def passage_number(passage_id: str) -> int:
    return int(passage_id.rpartition("-")[2])


def kept_for(session: Session, rows: Iterable[DocumentRow], scope: Scope) -> frozenset[str]:
    """Ids of those documents that these repeat and that the scope admits: no other may be named."""
    ids = {row.duplicate_of for row in rows if row.duplicate_of is not None}
    if not ids:
        return frozenset()
    return frozenset(session.scalars(select(DocumentRow.id).where(DocumentRow.id.in_(ids), DocumentRow.within(scope))))


def summary_of(
    row: DocumentRow, kept: Collection[str], translations: Mapping[str, tuple[Translation, ...]] = MappingProxyType({})
) -> DocumentSummary:
    """`kept` are documents that may be named as repeated; `translations` are by document."""
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
        duplicate_of=row.duplicate_of if row.duplicate_of in kept else None,
        translations=translations.get(row.id, ()),
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

    def translated(self, groups: Collection[str], language: str) -> list[int]:
        """Numbers of the passages of the documents in these groups of translations that are in `language`."""
        with Session(self.bind) as session:
            return list(session.scalars(_TRANSLATED, {"groups": list(groups), "language": language}))

    def for_reranking(self, numbers: Sequence[int]) -> dict[int, tuple[str, bytes]]:
        """Text with its context, and packed tokens, by number. To be asked for admitted passages only."""
        with Session(self.bind) as session:
            return {
                number: (passage_text(context, text), tokens or b"")
                for number, context, text, tokens in session.execute(_TOKENS, {"numbers": numbers})
            }

    def read(self, numbers: Sequence[int], scope: Scope) -> dict[int, tuple[Passage, DocumentSummary]]:
        """Passages with their documents by number; those that are gone, or out of scope by now, are left out."""
        read: dict[int, tuple[Passage, DocumentSummary]] = {}
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                passages = session.scalars(_PASSAGES, {"numbers": numbers[first : first + BATCH]}).all()
                found = session.scalars(_DOCUMENTS, {"ids": list({row.document_id for row in passages})})
                rows = [row for row in found if row.is_within(scope)]
                kept = kept_for(session, rows, scope)
                documents = {row.id: summary_of(row, kept) for row in rows}
                for row in passages:
                    if document := documents.get(row.document_id):
                        read[row.number] = (_passage(row, document.id), document)
        return read

    def standing(self, numbers: Sequence[int], scope: Scope) -> set[int]:
        """Those of these passages that exist and that the scope admits. A passage's words never change."""
        of_document = PassageRow.document_id == DocumentRow.id
        statement = select(PassageRow.number).join(DocumentRow, of_document).where(DocumentRow.within(scope))
        with Session(self.bind) as session:
            return set(session.scalars(statement.where(PassageRow.number.in_(numbers))))

    def of_document(self, document_id: str, scope: Scope) -> list[Passage]:
        """A document's passages in reading order; none where the scope does not admit the document."""
        with Session(self.bind) as session:
            document = session.get(DocumentRow, document_id)
            if document is None or not document.is_within(scope):
                return []
            owned = select(PassageRow).where(PassageRow.document_id == document_id)
            return [_passage(row, row.document_id) for row in session.scalars(owned.order_by(PassageRow.start))]

    def entries(self, after_revision: int, up_to_revision: int) -> Iterator[IndexEntry]:
        """Entries of the passages written after one revision and not after another, in the order of their revisions.

        Reads in pages of `BATCH`, each its own short transaction, so that no writer waits for a long build.
        """
        place = tuple_(PassageRow.revision, PassageRow.number)
        # The order of an index, which is read on from the last place: no page costs more than the first.
        statement = (
            select(PassageRow, DocumentRow.audience, DocumentRow.collection, EmbeddingRow.vector)
            .join(DocumentRow, DocumentRow.id == PassageRow.document_id)
            .join(EmbeddingRow, EmbeddingRow.key == PassageRow.embedding_key)
            .where(PassageRow.revision <= up_to_revision)
            .order_by(PassageRow.revision, PassageRow.number)
            .limit(BATCH)
        )
        last = (after_revision + 1, 0)
        while True:
            with Session(self.bind) as session:
                rows = session.execute(statement.where(place > last)).all()
                entries = [_entry(*row) for row in rows]
                if rows:
                    last = (rows[-1][0].revision, rows[-1][0].number)
            yield from entries
            if len(entries) < BATCH:
                return

    def counts(self, up_to_revision: int) -> dict[Audience, int]:
        """How many passages of each audience were written up to a revision."""
        of_document = PassageRow.document_id == DocumentRow.id
        statement = select(DocumentRow.audience, func.count()).join(PassageRow, of_document)
        counted = dict.fromkeys(Audience, 0)
        with Session(self.bind) as session:
            written = statement.where(PassageRow.revision <= up_to_revision).group_by(DocumentRow.audience)
            for label, count in session.execute(written):
                counted[Audience.from_label(label)] += count
        return counted

    def _admitted(self, numbers: Sequence[int], scope: Scope, *, repeating: bool) -> list[Admitted]:
        admitted: list[Admitted] = []
        with Session(self.bind) as session:
            for first in range(0, len(numbers), BATCH):
                rows = session.execute(_VECTORS, {"numbers": numbers[first : first + BATCH]}).all()
                origins = _origins(session, {row[3] for row in rows}, scope, repeating)
                kept = [row for row in rows if row[3] in origins]
                if not kept:
                    continue
                stored = np.frombuffer(b"".join(row[0] for row in kept), dtype=np.float16)
                vectors = stored.reshape(len(kept), -1).astype(np.float32)
                for (_, number, language, document_id), vector in zip(kept, vectors, strict=True):
                    admitted.append(Admitted(number, language, vector, document_id, *origins[document_id]))
        return admitted


def _origins(
    session: Session, ids: Collection[str], scope: Scope, repeating: bool
) -> dict[str, tuple[str, str | None]]:
    """Language and group of translations of those documents that the scope admits, by id.

    Documents that repeat another are among them only if asked for.
    """
    origins = {
        id_: (language, group)
        for id_, label, collection, kept, language, group in session.execute(_ORIGINS, {"ids": list(ids)})
        if scope.admits(Audience.from_label(label), collection) and (repeating or kept is None)
    }
    groups = {group for _, group in origins.values() if group is not None}
    if not groups or scope == EVERYTHING:
        return origins
    within = groups_within(session, groups, scope)
    return {id_: (language, within.get(id_)) for id_, (language, _) in origins.items()}


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


def _entry(passage: PassageRow, audience: str, collection: str, vector: bytes) -> IndexEntry:
    return IndexEntry(
        number=passage.number,
        audience=Audience.from_label(audience),
        language=passage.language,
        text=passage_text(passage.context, passage.text),
        vector=_vector(vector),
        collection=collection,
    )


def _vector(stored: bytes) -> Vector:
    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)
