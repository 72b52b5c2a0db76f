"""The library, read without changing or migrating it: it may be damaged, foreign, or of another release."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from assistant.settings import Settings
from index.database import newest_migration
from index.generation import GenerationUnusable, Manifest
from index.generations import POINTER
from index.index import DELTA_SHARE, MIN_DELTA
from index.probe import probe
from index.sqlite import FILE_NAME
from ingest.jobs import LOCK
from ui.doctor.finding import Finding, failed, ok, warning

_RESTORE = "Restore a backup into an empty folder (missiondesk restore), or ingest again into one."
_OTHER_FOLDER = "Name another folder with --data-dir."
_OPEN_JOBS = "SELECT stage, attempts, created_at FROM jobs WHERE stage IN ('queued', 'running')"
_BUSY_SECONDS = 5.0


class NoLibrary(Exception):
    """There is none that could be looked at; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


@contextmanager
def opened(settings: Settings) -> Iterator[sqlite3.Connection]:
    """The library for reading only. Raises `NoLibrary`."""
    path = settings.data_dir / FILE_NAME
    if not path.is_file():
        if settings.data_dir.is_dir() and any(settings.data_dir.iterdir()):
            sentence = f"{settings.data_dir} holds other files and no library of missiondesk."
            raise NoLibrary(failed("library", sentence, _OTHER_FOLDER))
        raise NoLibrary(warning("library", "There is no library yet.", "The first `missiondesk ingest` makes it."))
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)) as database:
            _refuse_foreign(database, path)
            yield database
    except sqlite3.Error as error:
        sentence = f"The library is damaged, or is not a database ({error})."
        raise NoLibrary(failed("library", sentence, _RESTORE)) from error


def check_integrity(database: sqlite3.Connection) -> Finding:
    faults = [report for (report,) in database.execute("PRAGMA integrity_check") if report != "ok"]
    faults += [
        f"a row of {row[0]} points at a missing row of {row[2]}" for row in database.execute("PRAGMA foreign_key_check")
    ]
    if faults:
        return failed("library", f"The library is damaged: {faults[0]} ({len(faults)} faults).", _RESTORE)
    documents, passages = (_count(database, table) for table in ("documents", "passages"))
    return ok("library", f"The database is whole: {documents} documents, {passages} passages.")


def check_schema(database: sqlite3.Connection) -> Finding:
    stands, newest = str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0]), newest_migration()
    if stands > newest:
        sentence = f"The library was written by a newer missiondesk (version {stands}, this one knows {newest})."
        return failed("schema", sentence, "Update the program, or name another folder with --data-dir.")
    if stands < newest:
        sentence = f"The library has version {stands}; the next command brings it to {newest}."
        return warning("schema", sentence, "Take a backup with the program that wrote it before going on.")
    return ok("schema", f"The library has the newest version, {newest}.")


def check_engines(database: sqlite3.Connection, settings: Settings) -> Finding:
    """The current generation opens, and not too much of the library is missing in it."""
    folder = settings.data_dir / "generations"
    pointer = folder / POINTER
    passages = _count(database, "passages")
    remedy = "A running server builds it by itself; else: missiondesk reindex."
    if not pointer.is_file():
        if passages <= MIN_DELTA:
            return ok("search engines", "No generation is built yet; few passages are searched without.")
        return warning("search engines", f"No generation is built: {passages} passages are searched slowly.", remedy)
    current = folder / pointer.read_text(encoding="utf-8").strip()
    try:
        manifest = Manifest.read(current)
        probe(current)
    except GenerationUnusable as error:
        return failed("search engines", f"The current generation cannot be used ({error}).", remedy)
    age = datetime.now(UTC) - datetime.fromtimestamp(current.stat().st_mtime, UTC)
    newer = "SELECT count(*) FROM passages WHERE revision > ?"
    delta = int(database.execute(newer, (manifest.revision,)).fetchone()[0])
    told = f"The generation opens, is {age.total_seconds() / 3600:.1f} hours old, and lacks {delta} newer passages."
    if delta > max(MIN_DELTA, DELTA_SHARE * sum(manifest.passages.values())):
        return warning("search engines", told, remedy)
    return ok("search engines", told)


def check_jobs(database: sqlite3.Connection, settings: Settings) -> Finding:
    """Open jobs need a server that works on them, and end at some time."""
    jobs = database.execute(_OPEN_JOBS).fetchall()
    if not jobs:
        return ok("jobs", "No uploads wait.")
    told = f"{len(jobs)} uploads or crawls are not done yet, the oldest since {min(row[2] for row in jobs):.16} UTC."
    if not _is_held(settings.data_dir / LOCK):
        return warning("jobs", f"{told} Nobody works on them.", "Start the server: missiondesk serve.")
    if any(attempts > 1 for stage, attempts, _ in jobs if stage == "running"):
        return warning("jobs", f"{told} One was begun more than once.", "Look at it in GET /v1/jobs, or cancel it.")
    return ok("jobs", told)


def _refuse_foreign(database: sqlite3.Connection, path: Path) -> None:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"facts", "alembic_version"} <= tables:
        raise NoLibrary(failed("library", f"{path} is a database of another program.", _OTHER_FOLDER))


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


def _is_held(lock: Path) -> bool:
    """Whether a process holds the lock; unlike `index.lock` this makes no file."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
