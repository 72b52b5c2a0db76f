"""SQLite as the library's database: one file in the data folder, for all processes of one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DatabaseError, InternalError, OperationalError

from index.errors import LibraryDamaged, LibraryForeign, LibraryUnusable, StorageFull

FILE_NAME = "library.sqlite3"
BUSY_SECONDS = 30.0
"""How long a writer waits for another process's transaction; one document's transaction takes milliseconds."""
CONNECTIONS = 20
"""Connections kept open once they were needed."""

_REMEDY = "Restore a backup, or name an empty folder with --data-dir and ingest again."


def sqlite_engine(data_dir: Path) -> Engine:
    """Of the file in this folder, which may hold nothing else that is not missiondesk's. Raises `LibraryForeign`."""
    _refuse_foreign_folder(data_dir)
    # A search holds one connection and needs others, so a limit on them could let searches wait for one another.
    options = {"pool_size": CONNECTIONS, "max_overflow": -1, "connect_args": {"timeout": BUSY_SECONDS}}
    # Parameters are documents' words and people's questions: no error may carry them into a log.
    engine = create_engine(f"sqlite:///{data_dir / FILE_NAME}", hide_parameters=True, **options)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", lambda context: _explained(context, data_dir), retval=True)
    return engine


@contextmanager
def overwriting(connection: Connection) -> Iterator[None]:
    """What is deleted within the block is overwritten in SQLite's file, and not only given free for reuse."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")


def truncate_journal(engine: Engine) -> None:
    """Empty SQLite's journal, which holds pages as they were before, as far as other readers let it now."""
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    # Python's sqlite3 would otherwise begin transactions on its own, and only before some statements.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _refuse_foreign_folder(data_dir: Path) -> None:
    """A folder with other things in it, such as /etc, was named by mistake: nothing is put there."""
    try:
        names = {path.name for path in data_dir.iterdir()}
    except OSError as error:
        raise LibraryUnusable(f"The data folder {data_dir} cannot be read: {error.strerror}.") from error
    if names and FILE_NAME not in names:
        raise LibraryForeign(
            f"{data_dir} holds other files and no library of missiondesk. Name an empty folder with --data-dir."
        )


def _explained(context: ExceptionContext, data_dir: Path) -> LibraryUnusable | None:
    """What an error of the database means to people; None for one that is a mistake of ours."""
    error = context.sqlalchemy_exception
    if type(error) not in {DatabaseError, InternalError, OperationalError}:
        return None
    reason = str(context.original_exception)
    if "locked" in reason:
        return LibraryUnusable(f"The library in {data_dir} is busy: another process has been writing for long.")
    if "readonly" in reason or "unable to open" in reason:
        return LibraryUnusable(f"The library in {data_dir} cannot be opened for writing ({reason}).")
    if "full" in reason:
        return StorageFull(f"The disk that holds the library in {data_dir} is full. Make room and try again.")
    return LibraryDamaged(f"The library in {data_dir} is damaged or not a database ({reason}). {_REMEDY}")
