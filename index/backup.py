"""Writes a backup of a library while it is read and written: one state of it, with the files of that state.

These are the uploaded files that wait to be read, and the originals that are kept.

The search engines' generations are not in it, because they are built from the library.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from index.backup_file import FORMAT, MANIFEST, ORIGINALS, UPLOADS, Manifest, pack, read_backup
from index.database import writing
from index.durable import sync
from index.errors import InvalidRequest, LibraryDamaged, StorageFull
from index.lock import exclusive
from index.program import program_version
from index.sqlite import FILE_NAME

LOCK = "backup.lock"
_STAGING = "backup-"
_PAGES = 4096
"""Pages of the database that are copied at a time, 16 MB: other threads run in between."""
_NEEDED = "SELECT DISTINCT stored FROM job_items WHERE stored IS NOT NULL AND status IN ('waiting', 'failed')"

_KEPT = "SELECT DISTINCT sha256 FROM originals ORDER BY sha256"


def back_up(engine: Engine, data_dir: Path, file: Path) -> Manifest:
    """Write a backup of the library in `data_dir` to `file`, which appears whole, checked and for its owner only.

    Writers wait while these files are linked, which takes milliseconds, and for nothing else. Raises
    `InvalidRequest` where the file exists, where another backup is under way, or for a library that is not SQLite's;
    `LibraryDamaged`; `StorageFull`; OSError where the file cannot be written.
    """
    if engine.dialect.name != "sqlite":
        raise InvalidRequest("This library is in a database server: back it up with the server's own tools.")
    if os.path.lexists(file):
        raise InvalidRequest(f"{file} exists already. Name another file.", code="file_exists")
    with exclusive(data_dir / LOCK) as alone, ExitStack() as undo:
        if not alone:
            raise InvalidRequest("Another backup of this library is under way.", code="backup_under_way")
        for left in data_dir.glob(f"{_STAGING}*"):  # of a backup that was killed: nobody else holds the lock
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        _check_room(data_dir, file)
        linked = {data_dir / name: undo.enter_context(_folder(data_dir)) for name in (UPLOADS, ORIGINALS)}
        staging = undo.enter_context(_folder(file.absolute().parent))
        copy = staging / FILE_NAME
        _copy(engine, linked, copy)
        archive = staging / "backup.zip"
        manifest = _write(archive, copy, *linked.values())
        read_backup(archive)
        archive.rename(file)
        sync(file.absolute().parent)
    return manifest


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """A folder for this backup only."""
    with tempfile.TemporaryDirectory(prefix=_STAGING, dir=parent) as folder:
        yield Path(folder)


def _check_room(data_dir: Path, file: Path) -> None:
    size = sum(path.stat().st_size for path in data_dir.glob(f"{FILE_NAME}*"))
    size += sum(path.stat().st_size for name in (UPLOADS, ORIGINALS) for path in (data_dir / name).glob("*"))
    # The copy of the database and the archive lie beside each other until it is done.
    if 2 * size > shutil.disk_usage(file.absolute().parent).free:
        raise StorageFull(f"A backup needs up to {2 * size >> 20:,} MB where it is written, and the disk has less.")


def _copy(engine: Engine, linked: Mapping[Path, Path], copy: Path) -> None:
    """Copy the database as it is at one moment, and link the files of these folders that are there at that moment.

    While the write lock is held no job can settle an item, and its file is removed only afterwards, and no original
    comes or goes; so every file that the copy speaks of is linked. The snapshot outlives the lock, and other processes
    write on.
    """
    with engine.connect() as reader:
        with writing(engine).connect() as writer:
            writer.exec_driver_sql("SELECT 1")  # begins, and so takes the lock
            reader.exec_driver_sql("SELECT count(*) FROM facts")  # SQLite's snapshot begins with the first read
            for folder, links in linked.items():
                for path in folder.iterdir() if folder.is_dir() else ():
                    _link(path, links / path.name)
        source = cast(sqlite3.Connection, reader.connection.driver_connection)
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(copy)) as target:
            # Within the snapshot, so a writer in another process does not make it begin again.
            source.backup(target, pages=_PAGES, sleep=0)
            target.execute("PRAGMA journal_mode=DELETE")


def _link(path: Path, link: Path) -> None:
    try:
        os.link(path, link)
    except FileNotFoundError:
        pass  # its job was done before, so the copy does not need it
    except OSError:  # a file system without links
        shutil.copyfile(path, link)


def _first_fault(database: sqlite3.Connection) -> str | None:
    try:
        reports = (report for (report,) in database.execute("PRAGMA integrity_check"))
        return next((report for report in reports if report != "ok"), None)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        # So damaged that the check itself gives up.
        return str(error)


def _write(archive: Path, copy: Path, uploads: Path, originals: Path) -> Manifest:
    with closing(sqlite3.connect(copy)) as database:
        if fault := _first_fault(database):
            raise LibraryDamaged(f"The library is damaged, and was not backed up: {fault}.")
        schema, rows = schema_of(database), rows_of(database)
        needed = [(UPLOADS, name, uploads / name) for (name,) in database.execute(_NEEDED)]
        needed += [(ORIGINALS, name, originals / name) for (name,) in database.execute(_KEPT)]
    descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # Vectors, the larger part, hardly get smaller: more effort would be for nothing.
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            files = [pack(packed, FILE_NAME, copy)]
            # What a failed item names may have gone long ago, in the original too.
            files += [pack(packed, f"{folder}/{name}", path) for folder, name, path in needed if path.is_file()]
            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(FORMAT, program_version(), schema, made_at, rows, tuple(files))
            packed.writestr(MANIFEST, manifest.to_json())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def schema_of(database: sqlite3.Connection) -> str:
    """The newest migration of a library."""
    return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def rows_of(database: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    tables = [name for (name,) in names if not name.startswith("sqlite_")]
    counted = 'SELECT count(*) FROM "{}"'
    return {name: int(database.execute(counted.format(name.replace('"', '""'))).fetchone()[0]) for name in tables}
