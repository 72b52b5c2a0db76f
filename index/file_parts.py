"""Files in rows of a database, a part each: read from a path, and written to one whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, Select
from sqlalchemy.orm import Session

PART = 1 << 20
"""Bytes a row: no more of a file is ever in memory."""


def parts_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The file's parts with their numbers, counted from 0; an empty file has one empty part."""
    with path.open("rb") as file:
        number, part = 0, file.read(PART)
        while part or number == 0:
            yield number, part
            number, part = number + 1, file.read(PART)


def fetch_parts(engine: Engine, parts: Select[bytes], path: Path, unfinished: Path) -> bool:
    """Write the selected parts to `unfinished` and rename it to `path`; returns whether there were any."""
    found = False
    with Session(engine) as session, unfinished.open("wb") as file:
        for part in session.scalars(parts.execution_options(yield_per=1)):
            file.write(part)
            found = True
    if found:
        unfinished.replace(path)
    else:
        unfinished.unlink()
    return found
