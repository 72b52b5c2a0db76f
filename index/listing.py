"""The documents as those who look after the library go through them: found by words and labels, counted by label."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Engine, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from index.analysis import fold
from index.document import Audience, DocumentSummary
from index.passages import kept_for, summary_of
from index.scope import Scope
from index.tables import DocumentRow

Field = Literal["language", "year", "country", "audience", "collection", "organisation"]
FIELDS: tuple[Field, ...] = ("language", "year", "country", "audience", "collection", "organisation")
Remark = Literal["undated", "no_language", "no_passages", "repeated"]
REMARKS: tuple[Remark, ...] = ("undated", "no_language", "no_passages", "repeated")
UNDETERMINED = "und"
NOTHING = ""
"""The value of documents that say nothing in a field."""

_COLUMNS = {
    "language": DocumentRow.language,
    "country": DocumentRow.country,
    "collection": DocumentRow.collection,
    "organisation": DocumentRow.organisation,
}
_Kept = aliased(DocumentRow)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents; what is None, or no words, restricts nothing.

    `words` must all stand in the title, the address or file name, or the organisation; letters' case and accents do not
    matter. `language` is the document's own; `remark` is what is the matter with it.
    """

    words: str = ""
    language: str | None = None
    year: int | None = None
    country: str | None = None
    audience: Audience | None = None
    collection: str | None = None
    organisation: str | None = None
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of the documents that are wanted, by title, without their translations; `total` counts all of them."""

    documents: tuple[DocumentSummary, ...]
    total: int


class Listing:
    """Reads the library as it stands; every method takes the caller's scope."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, scope: Scope, wanted: Wanted, *, start: int, limit: int) -> Listed:
        """`limit` documents from the one at `start` on, counted from 0."""
        where = [DocumentRow.within(scope), *_conditions(wanted, scope)]
        order = (DocumentRow.title, DocumentRow.id)
        statement = select(DocumentRow).where(*where).order_by(*order)
        with Session(self._engine) as session:
            words = fold(wanted.words).split()
            if words:
                # No database folds the letters of every script, so the words are looked for here.
                ids = _with_words(session, where, order, words)
                total, chosen = len(ids), ids[start : start + limit]
                rows = session.scalars(statement.where(DocumentRow.id.in_(chosen))).all()
            else:
                total = session.scalar(select(func.count()).select_from(DocumentRow).where(*where)) or 0
                rows = session.scalars(statement.offset(start).limit(limit)).all()
            kept = kept_for(session, rows, scope)
            return Listed(tuple(summary_of(row, kept) for row in rows), total)

    def holdings(self, scope: Scope) -> Mapping[Field, Mapping[str, int]]:
        """The counts of every field."""
        return {field: self.counts(field, scope) for field in FIELDS}

    def counts(self, field: Field, scope: Scope) -> Mapping[str, int]:
        """How many documents have each value of the field, the most frequent first; see `NOTHING`."""
        counted: dict[str, int] = {}
        with Session(self._engine) as session:
            for value, count in session.execute(_counting(field, scope)):
                named = _named(field, value)
                counted[named] = counted.get(named, 0) + count
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def remarks(document: DocumentSummary) -> list[Remark]:
    """What is the matter with it."""
    holds: dict[Remark, bool] = {
        "undated": document.date is None,
        "no_language": document.language == UNDETERMINED,
        "no_passages": document.passages == 0,
        "repeated": document.duplicate_of is not None,
    }
    return [remark for remark in REMARKS if holds[remark]]


def _conditions(wanted: Wanted, scope: Scope) -> list[ColumnElement[bool]]:
    where = [column == getattr(wanted, name) for name, column in _COLUMNS.items() if getattr(wanted, name) is not None]
    if wanted.audience is not None:
        where.append(DocumentRow.within(Scope(frozenset({wanted.audience}))))
    if wanted.year is not None:
        first, last = datetime.date(wanted.year, 1, 1), datetime.date(wanted.year, 12, 31)
        where.append(DocumentRow.date.between(first, last))
    match wanted.remark:
        case "undated":
            where.append(DocumentRow.date.is_(None))
        case "no_language":
            where.append(DocumentRow.language == UNDETERMINED)
        case "no_passages":
            where.append(DocumentRow.passages == 0)
        case "repeated":
            # A repetition of what is outside the scope is none: it would tell what is there.
            seen = select(_Kept.id).where(_Kept.within(scope))
            where.append(DocumentRow.duplicate_of.in_(seen))
    return where


def _with_words(
    session: Session,
    where: Sequence[ColumnElement[bool]],
    order: Sequence[InstrumentedAttribute[str]],
    words: Sequence[str],
) -> list[str]:
    statement = select(DocumentRow.id, DocumentRow.title, DocumentRow.uri, DocumentRow.organisation)
    found = []
    for id_, *texts in session.execute(statement.where(*where).order_by(*order)):
        said = fold(" ".join(text for text in texts if text))
        if all(word in said for word in words):
            found.append(id_)
    return found


def _counting(field: Field, scope: Scope) -> Select[Any, int]:
    columns = {**_COLUMNS, "audience": DocumentRow.audience, "year": func.extract("year", DocumentRow.date)}
    return select(columns[field], func.count()).where(DocumentRow.within(scope)).group_by(columns[field])


def _named(field: Field, value: object) -> str:
    if field == "audience":
        return Audience.from_label(str(value)).value
    return NOTHING if value is None else str(value)
