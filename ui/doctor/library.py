"""The library: its tables, its search engines, and the jobs that wait in it."""

from __future__ import annotations

import fcntl
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from assistant.settings import Settings
from index.database import newest_migration
from index.errors import InvalidSetting
from index.generation import Generation, GenerationUnusable, Manifest
from index.generations import POINTER
from index.index import DELTA_SHARE, MIN_DELTA
from index.probe import probe
from index.vector_server import open_vector_server
from ingest.jobs import LOCK
from ui.doctor.finding import Finding, failed, ok, warning
from ui.doctor.opening import RESTORE

_OPEN_JOBS = "SELECT stage, attempts, created_at FROM jobs WHERE stage IN ('queued', 'running')"


def check_integrity(database: Connection) -> Finding:
    """Of a server's tables only that they can be read: it looks after their files itself."""
    faults = _faults(database) if database.dialect.name == "sqlite" else []
    if faults:
        return failed("library", f"The library is damaged: {faults[0]} ({len(faults)} faults).", RESTORE)
    documents, passages = (_count(database, table) for table in ("documents", "passages"))
    return ok("library", f"The database is whole: {documents} documents, {passages} passages.")


def check_schema(database: Connection) -> Finding:
    stands, newest = str(_value(database, "SELECT version_num FROM alembic_version")), newest_migration()
    if stands > newest:
        sentence = f"The library was written by a newer missiondesk (version {stands}, this one knows {newest})."
        return failed("schema", sentence, "Update the program, or name another folder with --data-dir.")
    if stands < newest:
        sentence = f"The library has version {stands}; the next command brings it to {newest}."
        return warning("schema", sentence, "Take a backup with the program that wrote it before going on.")
    return ok("schema", f"The library has the newest version, {newest}.")


def check_engines(database: Connection, settings: Settings) -> Finding:
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
        _check(current, settings)
    except InvalidSetting:
        return warning("search engines", "They were not looked at: vectors_url is wrong.", "See vectors.")
    except GenerationUnusable as error:
        return failed("search engines", f"The current generation cannot be used ({error}).", remedy)
    age = datetime.now(UTC) - datetime.fromtimestamp(current.stat().st_mtime, UTC)
    delta = int(_value(database, f"SELECT count(*) FROM passages WHERE revision > {manifest.revision:d}"))
    told = f"The generation opens, is {age.total_seconds() / 3600:.1f} hours old, and lacks {delta} newer passages."
    if delta > max(MIN_DELTA, DELTA_SHARE * sum(manifest.passages.values())):
        return warning("search engines", told, remedy)
    return ok("search engines", told)


def _check(folder: Path, settings: Settings) -> None:
    """Raises `GenerationUnusable`. Of vectors on a server that is looked at apart, only the words beside them."""
    if settings.vectors_url is None:
        probe(folder)
        return
    with closing(open_vector_server(settings.vectors_url.get_secret_value())) as server:
        Generation(folder, server).check_words()


def check_jobs(database: Connection, settings: Settings) -> Finding:
    """Open jobs need a server that works on them, and end at some time."""
    jobs = database.exec_driver_sql(_OPEN_JOBS).fetchall()
    if not jobs:
        return ok("jobs", "No uploads wait.")
    told = (
        f"{len(jobs)} uploads or crawls are not done yet, the oldest since {min(str(row[2]) for row in jobs):.16} UTC."
    )
    if database.dialect.name == "sqlite" and not _is_held(settings.data_dir / LOCK):
        return warning("jobs", f"{told} Nobody works on them.", "Start the server: missiondesk serve.")
    if any(attempts > 1 for stage, attempts, _ in jobs if stage == "running"):
        return warning("jobs", f"{told} One was begun more than once.", "Look at it in GET /v1/jobs, or cancel it.")
    return ok("jobs", told)


def _faults(database: Connection) -> list[str]:
    faults = [report for (report,) in database.exec_driver_sql("PRAGMA integrity_check") if report != "ok"]
    dangling = database.exec_driver_sql("PRAGMA foreign_key_check")
    return faults + [f"a row of {row[0]} points at a missing row of {row[2]}" for row in dangling]


def _count(database: Connection, table: str) -> int:
    return int(_value(database, f'SELECT count(*) FROM "{table}"'))


def _value(database: Connection, statement: str) -> Any:
    return database.exec_driver_sql(statement).scalar_one()


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
