"""The library: documents with their passages and vectors. The one truth; every search engine is rebuilt from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Engine, delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from index.affected import Affected
from index.change import Change, Witness, unwitnessed
from index.database import writing
from index.document import Audience, Document, DocumentDraft, DocumentSummary, Original
from index.draft_rows import free_id, landmarks_of, put_rows, rows_stand, stored_keys
from index.embedded import EmbeddedPassage
from index.errors import NotFound, Outdated
from index.facts import REVISION, next_revision, read_fact, write_fact
from index.originals import Originals, original_of
from index.paging import TitlePlace
from index.passages import BATCH, PassageReader, kept_for, summary_of
from index.postgresql import check_not_read_only
from index.scope import EVERYTHING, Scope
from index.space import Space
from index.tables import DocumentRow, PassageRow
from index.translations import translations_of


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What became of a draft."""

    document_id: str
    status: Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the library holds for a source, enough to see whether it has changed."""

    document_id: str
    content_hash: str
    audience: Audience
    collection: str
    uri: str


class Library:
    """Reads and writes whole documents, each in one transaction. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine, space: Space | None = None, originals: Originals | None = None) -> None:
        """`space` must be left on the disk when something is added; without it nobody looks.

        Without `originals` none are kept.
        """
        self.engine = engine
        self.originals = originals
        self._space = space
        self.passages = PassageReader(engine)

    def close(self) -> None:
        self.engine.dispose()

    def check_space(self) -> None:
        """Raises `StorageLow` where the disk has too little room for more documents."""
        if self._space is not None:
            self._space.check()

    def check_writable(self) -> None:
        """Take the right to write, and give it back. Raises `LibraryUnusable`."""
        with writing(self.engine).connect() as connection:
            connection.execute(select(1))
            check_not_read_only(connection)

    @contextmanager
    def snapshot(self) -> Iterator[tuple[int, PassageReader]]:
        """The revision and passages as they are now, whatever is written before the block ends; no writer waits.

        Whoever finds a passage first and reads it afterwards would otherwise see neither version of a document that
        was replaced in between.
        """
        with Session(self.engine) as session:
            # SQLite's snapshot begins with the first read.
            revision = int(read_fact(session, REVISION) or 0)
            yield revision, PassageReader(session.connection())

    def put(
        self, draft: DocumentDraft, keys: Sequence[bytes], embeddings: Mapping[bytes, EmbeddedPassage]
    ) -> StoredDocument:
        """Add a document, or replace the earlier version of the same source.

        `keys[i]` names the embedding of `draft.passages[i]`; `embeddings` holds at least those the library lacks.
        Nothing is written when just this version stands already: another process may have read the same file.
        """
        with Session(writing(self.engine)) as session, session.begin():
            earlier = session.scalar(select(DocumentRow).where(DocumentRow.source == draft.source))
            held = original_of(session, earlier.id) if earlier else None
            if earlier and rows_stand(session, earlier, draft, keys) and _same_original(held, draft.original):
                if self.originals is not None:
                    self.originals.unstage(draft.original)
                return StoredDocument(earlier.id, "unchanged")
            document_id = earlier.id if earlier else free_id(session, draft.source)
            version = earlier.version + 1 if earlier else 1
            affected = Affected.by(session, document_id)
            session.execute(delete(DocumentRow).where(DocumentRow.source == draft.source))
            put_rows(session, draft, document_id, version, keys, embeddings)
            if self.originals is not None and draft.original is not None:
                self.originals.place(session, document_id, draft.original)
            affected.decide(session)
        self._drop(held)
        return StoredDocument(document_id, "updated" if version > 1 else "added")

    def amend(
        self, document_id: str, *, scope: Scope = EVERYTHING, audience: Audience | None = None,
        collection: str | None = None, title: str | None = None, seen: Document | None = None,
        witness: Witness = unwitnessed,
    ) -> None:  # fmt: skip
        """Change who may see a document, or what it is called, or all at once.

        Raises `NotFound`, also for one outside the scope, which may have been moved out of it a moment ago, and
        `Outdated` where it is no longer as it was `seen`.

        Who may see it is in force for every search that starts afterwards.

        A title is what people are shown; the passages are still found by the words of the title they were read with.
        The next version that is read brings its own title.
        """
        with Session(writing(self.engine)) as session, session.begin():
            document = _existing(session, document_id, scope, seen)
            affected = Affected.by(session, document_id)
            was = Audience.from_label(document.audience)
            witness(
                session, Change(document_id, document.uri, was, audience or was, title not in {None, document.title})
            )
            document.title = document.title if title is None else title
            document.collection = document.collection if collection is None else collection
            document.audience = document.audience if audience is None else audience.value
            # A new revision brings the passages into the engines of the audience they belong to now.
            revision = next_revision(session)
            if audience is not None or collection is not None:
                owned = PassageRow.document_id == document_id
                session.execute(update(PassageRow).where(owned).values(revision=revision))
            affected.decide(session)

    def move(self, source: str, to: str, uri: str) -> bool:
        """Let the document of one source belong to another, as when a file was renamed; its id and passages stay.

        It counts as changed until it is put again: a new place may give it another title, or other translations.
        Returns False, and changes nothing, where the document is gone or the new source has one of its own.
        """
        with Session(writing(self.engine)) as session, session.begin():
            document = session.scalar(select(DocumentRow).where(DocumentRow.source == source))
            taken = session.scalar(select(DocumentRow.id).where(DocumentRow.source == to))
            if document is None or taken is not None:
                return False
            affected = Affected.by(session, document.id)
            document.source, document.uri, document.content_hash = to, uri, ""
            next_revision(session)
            affected.decide(session)
            return True

    def remove(
        self, document_id: str, *, scope: Scope = EVERYTHING, seen: Document | None = None,
        witness: Witness = unwitnessed,
    ) -> None:  # fmt: skip
        """Remove a document with its passages.

        Raises `NotFound`, also for one outside the scope, and `Outdated` where it is no longer as it was `seen`.
        """
        with Session(writing(self.engine)) as session, session.begin():
            document = _existing(session, document_id, scope, seen)
            witness(session, Change(document_id, document.uri, Audience.from_label(document.audience), None, False))
            affected = Affected.by(session, document_id)
            held = original_of(session, document_id)
            session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))
            next_revision(session)
            affected.decide(session)
        self._drop(held)

    def _drop(self, original: Original | None) -> None:
        if self.originals is not None and original is not None:
            self.originals.drop_unused(self.engine, [original.sha256])

    def known(self, sources: Sequence[str]) -> dict[str, Known]:
        """What is held of these sources, by source; sources that are not held are absent."""
        known: dict[str, Known] = {}
        with Session(self.engine) as session:
            for first in range(0, len(sources), BATCH):
                known.update(_known(session, DocumentRow.source.in_(sources[first : first + BATCH])))
        return known

    def known_below(self, place: str) -> dict[str, Known]:
        """What is held of the sources that begin with `place`, a folder or archive with the character that ends it."""
        with Session(self.engine) as session:
            return _known(session, DocumentRow.below(place))

    def document(self, document_id: str, scope: Scope) -> Document:
        """One document with its text. Raises `NotFound`, also for one outside the scope: both look the same."""
        with Session(self.engine) as session:
            row = session.get(DocumentRow, document_id)
            if row is None or not row.is_within(scope):
                raise NotFound(f"There is no document {document_id}.")
            summary = summary_of(row, kept_for(session, [row], scope), translations_of(session, [row], scope))
            values = {name: getattr(summary, name) for name in summary.__slots__}
            kept = self.originals is not None and row.type in self.originals.kinds
            original = original_of(session, document_id) if kept else None
            return Document(
                **values, text=row.text, version=row.version, read_at=row.added_at, landmarks=landmarks_of(row),
                original=original,
            )  # fmt: skip

    def copies(self, document_id: str, scope: Scope) -> list[DocumentSummary]:
        """The documents in scope whose passages this one's stand for, by title (see `index.duplicates`)."""
        copied = select(DocumentRow).where(DocumentRow.duplicate_of == document_id, DocumentRow.within(scope))
        with Session(self.engine) as session:
            rows = session.scalars(copied.order_by(DocumentRow.title, DocumentRow.id)).all()
            return [summary_of(row, kept_for(session, rows, scope)) for row in rows]

    def documents(
        self, scope: Scope, *, limit: int | None = None, behind: TitlePlace | None = None
    ) -> list[DocumentSummary]:
        """The documents in scope, by title: all, or so many behind a place in the list."""
        order = (DocumentRow.title, DocumentRow.id)
        statement = select(DocumentRow).where(DocumentRow.within(scope)).order_by(*order).limit(limit)
        if behind is not None:
            statement = statement.where(tuple_(*order) > (behind.title, behind.id))
        with Session(self.engine) as session:
            rows = session.scalars(statement).all()
            kept, translations = kept_for(session, rows, scope), translations_of(session, rows, scope)
            return [summary_of(row, kept, translations) for row in rows]

    def count(self, scope: Scope) -> int:
        """How many documents are in scope."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(DocumentRow).where(DocumentRow.within(scope))) or 0

    def summaries(self, ids: Sequence[str], scope: Scope) -> list[DocumentSummary]:
        """Those of these documents that are in scope, without their translations, in no order."""
        found: list[DocumentSummary] = []
        with Session(self.engine) as session:
            for first in range(0, len(ids), BATCH):
                wanted = DocumentRow.id.in_(ids[first : first + BATCH])
                rows = session.scalars(select(DocumentRow).where(wanted, DocumentRow.within(scope))).all()
                kept = kept_for(session, rows, scope)
                found += [summary_of(row, kept) for row in rows]
        return found

    def stored_embeddings(self, keys: Sequence[bytes]) -> set[bytes]:
        """Which of these embeddings the library holds already."""
        with Session(self.engine) as session:
            return stored_keys(session, keys)

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


def _same_original(held: Original | None, new: Original | None) -> bool:
    return (held and held.sha256) == (new and new.sha256)


def _existing(session: Session, document_id: str, scope: Scope, seen: Document | None = None) -> DocumentRow:
    document = session.get(DocumentRow, document_id)
    if document is None or not document.is_within(scope):
        raise NotFound(f"There is no document {document_id}.")
    if seen is not None and (
        seen.text != document.text or not _stands(summary_of(document, kept_for(session, [document], scope)), seen)
    ):
        raise Outdated("The document has changed since it was read.")
    return document


def _stands(summary: DocumentSummary, seen: Document) -> bool:
    """Whether the document is still as it was seen; its translations are documents of their own."""
    names = (name for name in summary.__slots__ if name != "translations")
    return all(getattr(summary, name) == getattr(seen, name) for name in names)


def _known(session: Session, where: ColumnElement[bool]) -> dict[str, Known]:
    columns = (DocumentRow.source, DocumentRow.id, DocumentRow.content_hash)
    statement = select(*columns, DocumentRow.audience, DocumentRow.collection, DocumentRow.uri).where(where)
    return {
        source: Known(document_id, content_hash, Audience.from_label(audience), collection, uri)
        for source, document_id, content_hash, audience, collection, uri in session.execute(statement)
    }
