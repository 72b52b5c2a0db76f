"""Single facts that the library keeps about itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from index.tables import FactRow

REVISION = "revision"
MODEL = "embedding_model"


def read_fact(session: Session, name: str) -> str | None:
    row = session.get(FactRow, name)
    return row.value if row else None


def write_fact(session: Session, name: str, value: str) -> None:
    session.merge(FactRow(name=name, value=value))


def next_revision(session: Session) -> int:
    """Count one change to the documents, in the caller's transaction.

    Writers hold the database's write lock from their first statement on, so revisions appear in the order they count.
    """
    revision = int(read_fact(session, REVISION) or 0) + 1
    write_fact(session, REVISION, str(revision))
    session.flush()
    return revision
