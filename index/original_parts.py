"""Originals in the library's database: what one machine has read, every machine can show.

In the database and not on a shared disk: a file appears and goes in the transaction of its document, the database's own
backup holds it, and there is nothing else to set up, mount or lose. A machine's folder keeps what it has shown before.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine, LargeBinary, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from index.file_parts import fetch_parts, parts_of
from index.tables import OriginalRow, Table


class OriginalPartRow(Table):
    """A piece of an original where several machines share the library; there whole or not at all."""

    __tablename__ = "original_parts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class OriginalParts:
    """Files by the hash of their content, in rows of at most `PART` bytes. Raises `LibraryUnusable` and its kinds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, session: Session, sha256: str, path: Path) -> None:
        """Keep a copy of the file within this transaction, unless there is one."""
        if session.scalar(select(OriginalPartRow.number).where(OriginalPartRow.sha256 == sha256).limit(1)) is not None:
            return
        for number, part in parts_of(path):
            session.execute(insert(OriginalPartRow), {"sha256": sha256, "number": number, "content": part})

    def size(self, sha256: str) -> int | None:
        """Bytes of the file; None where there is none."""
        lengths = select(func.sum(func.length(OriginalPartRow.content))).where(OriginalPartRow.sha256 == sha256)
        with Session(self._engine) as session:
            total = session.scalar(lengths)
        return None if total is None else int(total)

    def fetch(self, sha256: str, path: Path) -> bool:
        """Write the file to this path, whole or not at all; returns whether there is such a file."""
        parts = select(OriginalPartRow.content).where(OriginalPartRow.sha256 == sha256).order_by(OriginalPartRow.number)
        unfinished = path.with_name(f"{path.name}.{os.getpid():08x}{threading.get_native_id():08x}")
        return fetch_parts(self._engine, parts, path, unfinished)

    def discard(self, session: Session, hashes: Iterable[str]) -> None:
        """Remove these within this transaction."""
        session.execute(delete(OriginalPartRow).where(OriginalPartRow.sha256.in_(list(hashes))))

    def sweep(self, session: Session) -> None:
        """Remove what no document has, within this transaction."""
        session.execute(delete(OriginalPartRow).where(OriginalPartRow.sha256.not_in(select(OriginalRow.sha256))))


def shared_originals(engine: Engine) -> OriginalParts | None:
    """None for an SQLite library, whose processes share its folder."""
    return OriginalParts(engine) if engine.dialect.name == "postgresql" else None
