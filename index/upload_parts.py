"""Uploaded files in the library's database: the one place that workers on several machines share."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from index.database import utc_now
from index.file_parts import fetch_parts, parts_of
from index.tables import UploadPartRow


class UploadParts:
    """Files by their stored names, in rows of at most `PART` bytes. Raises `LibraryUnusable` and its kinds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, stored: str, path: Path) -> None:
        """Keep a copy of the file, all of it or none; an empty one has one empty part."""
        # Without the lock of writers: no revision counts these rows, and a large file would hold it for long.
        with Session(self._engine) as session, session.begin():
            now = utc_now()
            for number, part in parts_of(path):
                session.execute(
                    insert(UploadPartRow), {"stored": stored, "number": number, "content": part, "kept_at": now}
                )

    def fetch(self, stored: str, path: Path) -> bool:
        """Write the file to this path, whole or not at all; returns whether there is such a file."""
        parts = select(UploadPartRow.content).where(UploadPartRow.stored == stored).order_by(UploadPartRow.number)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
        return fetch_parts(self._engine, parts, path, unfinished)

    def discard(self, stored: str) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(delete(UploadPartRow).where(UploadPartRow.stored == stored))

    def sweep(self, needed: Collection[str], younger: timedelta) -> None:
        """Remove what no job needs, but for what was kept a moment ago: its job may be about to be made."""
        old = UploadPartRow.kept_at < utc_now() - younger
        with Session(self._engine) as session, session.begin():
            names = set(session.scalars(select(UploadPartRow.stored).where(old).distinct())) - set(needed)
            session.execute(delete(UploadPartRow).where(UploadPartRow.stored.in_(names)))


def shared_parts(engine: Engine) -> UploadParts | None:
    """None for an SQLite library, whose workers share its folder."""
    return UploadParts(engine) if engine.dialect.name == "postgresql" else None
