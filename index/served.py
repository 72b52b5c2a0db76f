"""Which generations' vectors lie on a server, as the library's database has it: one record for all machines.

Only what is recorded here is ever removed from the server, so that libraries, and copies of one, can share it.
"""

from __future__ import annotations

import json

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from index.database import utc_now, writing
from index.tables import VectorGenerationRow
from index.vector_store import Served

KEPT = 2
"""Newest generations kept on the server: the current one, and the one that other machines may still be searching."""


class ServedVectors:
    """The records of one library about the server at one address."""

    def __init__(self, engine: Engine, address: str) -> None:
        self._engine = engine
        self._address = address

    def newest(self, model: str) -> Served | None:
        """The newest whole one of this model."""
        mine = (VectorGenerationRow.address == self._address, VectorGenerationRow.model == model)
        newest = select(VectorGenerationRow).where(*mine, VectorGenerationRow.passages.is_not(None))
        with Session(self._engine) as session:
            row = session.scalar(newest.order_by(VectorGenerationRow.begun_at.desc()).limit(1))
            return Served(row.name, row.revision, json.loads(row.passages or "{}")) if row else None

    def begin(self, name: str, model: str, revision: int) -> None:
        """Recorded before anything is put there, so that what is left of a build that was cut short is found."""
        row = VectorGenerationRow(
            name=name, address=self._address, model=model, revision=revision, passages=None, begun_at=utc_now()
        )
        with Session(writing(self._engine)) as session, session.begin():
            session.add(row)

    def finish(self, name: str, passages: dict[str, int]) -> None:
        """From now on every machine may search it."""
        with Session(writing(self._engine)) as session, session.begin():
            row = session.get_one(VectorGenerationRow, name)
            row.passages = json.dumps(passages)

    def unwanted(self) -> list[str]:
        """Unfinished ones, and those that nobody searches any more. To be asked by whoever alone may build."""
        ours = select(VectorGenerationRow).where(VectorGenerationRow.address == self._address)
        with Session(self._engine) as session:
            rows = session.scalars(ours.order_by(VectorGenerationRow.begun_at.desc())).all()
            whole = [row.name for row in rows if row.passages is not None]
            return [row.name for row in rows if row.name not in whole[:KEPT]]

    def forget(self, name: str) -> None:
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(delete(VectorGenerationRow).where(VectorGenerationRow.name == name))


def forget_all(engine: Engine) -> None:
    """Of a library that was restored: what is recorded in it belongs to the one that it is a copy of."""
    with Session(writing(engine)) as session, session.begin():
        session.execute(delete(VectorGenerationRow))
