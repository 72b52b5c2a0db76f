"""Scope and filters as conditions on a statement over passages."""

from __future__ import annotations

from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from index.hit import Filters, Scope
from index.tables import DocumentRow, PassageRow

Columns = TypeVarTuple("Columns")


def restricted(statement: Select[*Columns], scope: Scope, filters: Filters) -> Select[*Columns]:
    """The statement over passages, restricted to what the request may see and asked for."""
    conditions = _conditions(DocumentRow, filters)
    if filters.language:
        conditions.append(PassageRow.language.in_(filters.language))
    if filters.document_id:
        conditions.append(DocumentRow.id == filters.document_id)
    audiences = [audience.value for audience in filters.narrowed(scope)]
    statement = statement.join(DocumentRow, DocumentRow.id == PassageRow.document_id)
    return statement.where(DocumentRow.audience.in_(audiences), *conditions)


def unrepeated(statement: Select[*Columns], filters: Filters) -> Select[*Columns]:
    """Without the documents that point to another, unless the filters leave that other one out.

    The language does not count here, nor who may see it: what repeats a text has both in common with it.
    """
    if filters.document_id:
        return statement
    kept = aliased(DocumentRow)
    conditions = _conditions(kept, filters)
    if not conditions:
        return statement.where(DocumentRow.duplicate_of.is_(None))
    found = select(kept.id).where(kept.id == DocumentRow.duplicate_of, *conditions)
    return statement.where(~found.correlate(DocumentRow).exists())


def _conditions(document: type[DocumentRow], filters: Filters) -> list[ColumnElement[bool]]:
    """What the filters ask of a document, but for the fields that all documents of one text share."""
    conditions: list[ColumnElement[bool]] = []
    for name in ("country", "theme", "organisation", "type", "collection"):
        if wanted := getattr(filters, name):
            conditions.append(getattr(document, name).in_(wanted))
    if filters.year:
        # Ranges, because how a year is taken from a date differs from database to database.
        years = [and_(document.date >= date(y, 1, 1), document.date <= date(y, 12, 31)) for y in filters.year]
        conditions.append(or_(*years))
    return conditions
