"""When documents and passages came into the library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from index.database import as_utc
from index.passages import BATCH
from index.tables import DocumentRow, PassageRow


def newest_passage(engine: Engine) -> int:
    """The number of the passage that was stored last, of those there are; 0 where there are none.

    Numbers are never used twice: whatever is stored from now on has a higher one.
    """
    with Session(engine) as session:
        return session.scalar(select(func.max(PassageRow.number))) or 0


def arrivals(engine: Engine, document_ids: Sequence[str]) -> dict[str, datetime]:
    """When the versions of these documents that stand now were stored (UTC), by id; those that are gone are absent."""
    found: dict[str, datetime] = {}
    with Session(engine) as session:
        for first in range(0, len(document_ids), BATCH):
            wanted = DocumentRow.id.in_(document_ids[first : first + BATCH])
            rows = session.execute(select(DocumentRow.id, DocumentRow.added_at).where(wanted))
            found |= {id_: as_utc(added) for id_, added in rows}
    return found
