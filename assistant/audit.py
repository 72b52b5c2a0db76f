"""The audit: who uploaded, relabelled, removed, exported, and who was let in. Entries are added and never changed.

Two things touch them later: they are removed once they are older than the setting `audit_days`, and the name of a
person who is erased is replaced by a pseudonym (see `assistant.person`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Engine, delete, select
from sqlalchemy.orm import Session

from assistant.audit_rows import AuditRow
from assistant.event import Actor, Entry, Event, packed
from index.database import utc_now, writing


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from `since` (UTC) on, of this actor, of this action or of all that begin with `action.`."""

    since: datetime | None = None
    actor: str | None = None
    action: str | None = None
    object_id: str | None = None


def record(session: Session, actor: Actor, event: Event) -> None:
    """Add an entry in the caller's transaction: it is kept exactly if the change is."""
    session.add(
        AuditRow(
            at=utc_now(), actor=actor.name, role=actor.role, action=event.action.value, kind=event.kind,
            object_id=event.object_id, detail=packed(event.detail), log_id=actor.log_id,
        )
    )  # fmt: skip


class Audit:
    """Every method is one transaction. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, actor: Actor, event: Event) -> None:
        """Add an entry for what has been done already, or is not done in the library's database."""
        with Session(writing(self._engine)) as session, session.begin():
            record(session, actor, event)

    def newest(self, limit: int, wanted: Wanted = Wanted(), before: int | None = None) -> list[Entry]:
        """The last entries, newest first; with `before`, only those of smaller numbers, to go on from a page."""
        where = _where(wanted)
        if before is not None:
            where.append(AuditRow.number < before)
        statement = select(AuditRow).where(*where).order_by(AuditRow.number.desc()).limit(limit)
        with Session(self._engine) as session:
            return [entry_of(row) for row in session.scalars(statement)]

    def forget(self, days: int) -> int:
        """Remove the entries that are older than `days`; returns how many."""
        with Session(writing(self._engine)) as session, session.begin():
            gone = session.execute(delete(AuditRow).where(AuditRow.at < utc_now() - timedelta(days=days)))
            return cast(int, gone.rowcount)  # type: ignore[attr-defined]


def entry_of(row: AuditRow) -> Entry:
    """The entry of a row."""
    actor = Actor(row.actor, row.role, row.log_id)
    detail = json.loads(row.detail)
    return Entry(row.number, row.at.replace(tzinfo=UTC), actor, row.action, row.kind, row.object_id, detail)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        where.append(AuditRow.at >= wanted.since.astimezone(UTC).replace(tzinfo=None))
    for column, value in ((AuditRow.actor, wanted.actor), (AuditRow.object_id, wanted.object_id)):
        if value is not None:
            where.append(column == value)
    if wanted.action is not None:
        where.append(
            (AuditRow.action == wanted.action) | AuditRow.action.startswith(f"{wanted.action}.", autoescape=True)
        )
    return where
