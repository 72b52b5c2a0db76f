"""Puts the library of a backup into a data folder, after everything about it was checked."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.backup import rows_of, schema_of
from index.backup_file import ORIGINALS, UPLOADS, Manifest, read_backup
from index.database import open_database
from index.durable import sync
from index.errors import BackupUnusable, InvalidRequest, LibraryForeign, LibraryUnusable
from index.library import Library
from index.served import forget_all
from index.sqlite import FILE_NAME
from index.verification import verify

_STAGING = "restoring-"
_KEPT = "replaced-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and the folder in which the library that stood there before is kept."""

    manifest: Manifest
    kept: Path | None


def restore(file: Path, data_dir: Path, *, replace: bool = False) -> Restored:
    """Restore a backup into an empty folder or, with `replace`, into that of another library.

    The library that stood there is moved into a folder inside; nothing of it is deleted. Everything is unpacked beside
    it and checked first, so whatever is refused changes nothing.

    Raises `BackupUnusable`; `InvalidRequest` where the folder is not empty or its library is in use; `LibraryForeign`
    where it holds other files; `StorageFull`; OSError.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    _check_folder(data_dir, replace)
    with tempfile.TemporaryDirectory(prefix=_STAGING, dir=data_dir) as folder:
        staging = Path(folder)
        manifest = read_backup(file, staging)
        _check_library(staging, manifest)
        old = [path for path in data_dir.iterdir() if not path.name.startswith((_STAGING, _KEPT))]
        kept = data_dir / f"{_KEPT}{datetime.now(UTC):%Y%m%dT%H%M%SZ}" if old else None
        if kept is not None:
            _check_unused(data_dir)
            kept.mkdir(mode=0o700)
        _swap(staging, data_dir, old, kept)
    return Restored(manifest, kept)


def _check_folder(data_dir: Path, replace: bool) -> None:
    names = {path.name for path in data_dir.iterdir() if not path.name.startswith(_STAGING)}
    if not names:
        return
    if not replace:
        sentence = f"{data_dir} is not empty. Name another folder with --data-dir, or replace its library (--replace)."
        raise InvalidRequest(sentence, code="not_empty")
    if FILE_NAME not in names and not any(name.startswith(_KEPT) for name in names):
        raise LibraryForeign(f"{data_dir} holds other files and no library of missiondesk: nothing is put there.")
    _check_unused(data_dir)


def _check_unused(data_dir: Path) -> None:
    """Raises `InvalidRequest` where a process has the library open. One that is damaged cannot be in use."""
    path = data_dir / FILE_NAME
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            sentence = f"The library in {data_dir} is in use. Stop the server and every ingest, then try again."
            raise InvalidRequest(sentence, code="library_in_use") from error


def _check_library(folder: Path, manifest: Manifest) -> None:
    """Raises `BackupUnusable` unless the unpacked library is whole, ours, and what the manifest says."""
    try:
        with closing(sqlite3.connect(folder / FILE_NAME)) as database:
            faults = [report for (report,) in database.execute("PRAGMA integrity_check") if report != "ok"]
            # Ours has tables and indexes only: anything else would act by itself once the library is used.
            odd = database.execute("SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchall()
            odd += database.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'").fetchall()
            if faults or odd:
                raise BackupUnusable(f"The backup's library is damaged: {(faults or odd[0])[0]!s:.200}.")
            if (schema_of(database), rows_of(database)) != (manifest.schema, dict(manifest.rows)):
                raise BackupUnusable("The backup's library does not hold what its manifest says.")
    except (sqlite3.DatabaseError, TypeError) as error:
        raise BackupUnusable(f"The backup holds no library of missiondesk: {error}.") from error
    try:
        with closing(Library(open_database(folder))) as library:
            faults = verify(library)
            # Two libraries with one record would remove each other's vectors from the server.
            forget_all(library.engine)
    except LibraryForeign as error:
        raise BackupUnusable(
            f"The backup cannot be used by this program. {error.message}", code="backup_newer"
        ) from error
    except LibraryUnusable as error:
        raise BackupUnusable(f"The backup's library cannot be used: {error.message}") from error
    if faults:
        raise BackupUnusable(f"The backup's library is not whole ({len(faults)} faults): {faults[0]}")


def _swap(staging: Path, data_dir: Path, old: Sequence[Path], kept: Path | None) -> None:
    """Move the old entries aside and the new ones in; where one cannot be moved, all go back to where they were.

    Entries and not the folder itself, which may be a volume of its own. The database comes last: a folder without it
    counts as holding none.
    """
    moves = [(path, kept / path.name) for path in old if kept is not None]
    moves += [(staging / name, data_dir / name) for name in (UPLOADS, ORIGINALS, FILE_NAME)]
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            target.rename(source)
        if kept is not None:
            kept.rmdir()
        raise
    sync(data_dir)
