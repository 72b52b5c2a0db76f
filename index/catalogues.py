"""Keeps a catalogue as new as the library: reads it once, and from then on only what has changed."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from index.catalogue import (
    DOCUMENT_FIELDS,
    NOTHING,
    Catalogue,
    Codes,
    Documents,
    Passages,
    Vocabulary,
    kept_places,
    vocabularies,
)
from index.document import Audience
from index.facts import REVISION, read_fact
from index.passages import BATCH, PassageReader
from index.tables import DocumentRow, PassageRow

MOST_CHANGED = 2000
"""Documents changed since the last look beyond which reading everything is no slower."""


class Catalogues:
    """The newest catalogue of one library. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: Catalogue | None = None
        self._vocabularies = vocabularies()

    def at(self, passages: PassageReader) -> Catalogue:
        """The catalogue of just what this reader reads, which must belong to a snapshot."""
        with Session(passages.bind) as session:
            revision = int(read_fact(session, REVISION) or 0)
            with self._lock:
                latest = self._latest
                if latest is not None and latest.revision == revision:
                    return latest
                made = None
                if latest is not None and latest.revision < revision:
                    made = self._updated(session, latest, revision)
                made = made or self._read(session, revision)
                # This snapshot may be older than what another thread has seen: the newest is kept.
                if latest is None or latest.revision < revision:
                    self._latest = made
                return made

    def _read(self, session: Session, revision: int) -> Catalogue:
        documents = self._documents(session)
        passages = self._passages(session, documents)
        return Catalogue(revision, documents, passages, self._vocabularies)

    def _updated(self, session: Session, latest: Catalogue, revision: int) -> Catalogue | None:
        """The latest with what was written since; None where it must be read anew: too much, or something is gone."""
        written = select(PassageRow.document_id).where(PassageRow.revision > latest.revision).distinct()
        changed = list(session.scalars(written.limit(MOST_CHANGED + 1)))
        if len(changed) > MOST_CHANGED:
            return None
        fresh = self._documents(session, changed)
        # Which documents repeat another may change without their being written.
        documents = latest.documents.updated(fresh, _repeating(session))
        at = [documents.places[id_] for id_ in changed]
        passages = latest.passages.updated(self._passages(session, documents, changed), at)
        if len(passages.number) != session.scalar(select(func.count()).select_from(PassageRow)):
            return None
        return Catalogue(revision, documents, passages, self._vocabularies)

    def _documents(self, session: Session, ids: Sequence[str] | None = None) -> Documents:
        columns = (
            DocumentRow.id, DocumentRow.audience, DocumentRow.collection, DocumentRow.country, DocumentRow.theme,
            DocumentRow.organisation, DocumentRow.type, DocumentRow.date,
        )  # fmt: skip
        values: dict[str, list[str | None]] = {field: [] for field in DOCUMENT_FIELDS}
        places: dict[str, int] = {}
        days: list[int] = []
        for batch in _batches(DocumentRow.id, ids):
            for row in session.execute(select(*columns).where(*batch)):
                places[row.id] = len(places)
                # What carries no label that is known is internal, here as everywhere.
                values["audience"].append(Audience.from_label(row.audience).value)
                values["year"].append(str(row.date.year) if row.date else None)
                days.append(row.date.toordinal() if row.date else NOTHING)
                for field in ("collection", "country", "theme", "organisation", "type"):
                    values[field].append(getattr(row, field))
        codes = {field: _codes(values[field], self._vocabularies[field]) for field in DOCUMENT_FIELDS}
        kept = kept_places(places, _repeating(session))
        return Documents(places, codes, kept, np.array(days, dtype=np.int32))

    def _passages(self, session: Session, documents: Documents, ids: Sequence[str] | None = None) -> Passages:
        columns = (PassageRow.number, PassageRow.document_id, PassageRow.language)
        rows: list[Row[int, str, str]] = []
        for batch in _batches(PassageRow.document_id, ids):
            rows.extend(session.execute(select(*columns).where(*batch)).all())
        rows.sort()
        return Passages(
            np.array([number for number, _, _ in rows], dtype=np.int64),
            np.array([documents.places[id_] for _, id_, _ in rows], dtype=np.int32),
            _codes([language for _, _, language in rows], self._vocabularies["language"]),
        )


def _batches(column: InstrumentedAttribute[str], ids: Sequence[str] | None) -> list[list[ColumnElement[bool]]]:
    """Conditions that together admit these ids, or everything."""
    if ids is None:
        return [[]]
    return [[column.in_(ids[first : first + BATCH])] for first in range(0, len(ids), BATCH)]


def _repeating(session: Session) -> list[tuple[str, str]]:
    pairs = select(DocumentRow.id, DocumentRow.duplicate_of).where(DocumentRow.duplicate_of.is_not(None))
    return [(id_, to) for id_, to in session.execute(pairs) if to is not None]


def _codes(values: Sequence[str | None], vocabulary: Vocabulary) -> Codes:
    return np.array([vocabulary.code(value) for value in values], dtype=np.int32)
