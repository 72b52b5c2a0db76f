"""PostgreSQL as the library's database: one server for processes on many machines.

The product's transactions are written for SQLite, where one writes at a time and a reader sees one moment. Both are
kept here: a writer holds a lock of its own from its first statement to its end, and a reader's transaction is a
snapshot. So revisions and passage numbers appear in the order in which they count, which searches rely on, and no
transaction has to be tried again. A document's transaction takes milliseconds of the seconds that reading it takes,
so writers in turn do not hold each other up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, InterfaceError, InternalError, OperationalError

from index.errors import (
    InvalidRequest,
    InvalidSetting,
    LibraryDamaged,
    LibraryUnusable,
    MissiondeskError,
    StorageFull,
)

DRIVER = "postgresql+psycopg"
CONNECTIONS = 10
"""Connections kept open once they were needed, of one process; a server takes a hundred of all processes by default."""
CONNECT_SECONDS = 5
NOT_STORABLE = "not_storable"
"""Code of the refusal of a text that is too long or cannot be kept."""
RESTART_SECONDS = 10.0
"""How long a process that has reached the server waits for it to be back, so that its restart fails no question."""
BUSY_SECONDS = 30
"""How long a writer waits for another one, and a statement for its end."""
_RETRY_SECONDS = 0.2
_NOTICED = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""A machine that has gone without a word is noticed after a minute; the system's own patience is two hours."""
_WRITERS = 0x6D697373
"""Number of the lock that writers hold in turn; `_CLAIMS` and `_TURNS` are the first of two numbers of others."""
_CLAIMS = 0x6D697374
_TURNS = 0x6D697375


def postgresql_engine(url: str) -> Engine:
    """Of the database at this address, such as `postgresql://name:password@host/database`. Raises `InvalidSetting`."""
    options = f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC -c idle_in_transaction_session_timeout=10min"
    try:
        from index.patient_connection import PatientConnection

        address = make_url(url).set(drivername=DRIVER)
        engine = create_engine(
            address, hide_parameters=True, pool_size=CONNECTIONS, max_overflow=-1, pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            connect_args={
                "connect_timeout": CONNECT_SECONDS, "options": options, "application_name": "missiondesk", **_NOTICED,
            },
        )  # fmt: skip
    except ArgumentError as error:
        raise InvalidSetting("database_url is no address of a database: postgresql://name@host/database.") from error
    except ImportError as error:
        raise InvalidSetting('database_url needs one more package: pip install "missiondesk[postgresql]".') from error
    event.listen(engine, "do_connect", _Patience(PatientConnection.connect).connect)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _explained, retval=True)
    return engine


class _Patience:
    """Connects; while the server has been away for less than `RESTART_SECONDS` it tries again.

    One that was never reached, or is away for longer, is named at once: threads that wait for it would be missing
    elsewhere.
    """

    def __init__(self, connect: Callable[..., Any]) -> None:
        self._connect = connect
        self._away_since: float | None = 0.0

    def connect(self, dialect: Dialect, _: object, arguments: Any, named: Any) -> Any:
        while True:
            try:
                connection = self._connect(*arguments, **named)
            except dialect.loaded_dbapi.OperationalError:
                now = time.monotonic()
                if self._away_since is None:
                    self._away_since = now
                if now - self._away_since > RESTART_SECONDS:
                    raise
                time.sleep(_RETRY_SECONDS)
            else:
                self._away_since = None
                return connection


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Inside, the server may take any time for a statement, as a migration of a large library does."""
    driver: Any = connection.connection.driver_connection
    if not hasattr(driver, "answer_seconds"):
        yield
        return
    driver.answer_seconds = None
    try:
        yield
    finally:
        del driver.answer_seconds  # as with all others again


@contextmanager
def claimed(engine: Engine, name: str) -> Iterator[bool]:
    """Whether no other process of any machine has claimed `name`; kept until the block ends or the process dies.

    Nobody waits. A claim is a lock of the server's own, which holds no transaction open and needs no clock: the server
    gives it back when the connection ends. Should that break in the middle, somebody else may claim the same name
    meanwhile, so what is claimed must be safe to do twice. An SQLite library's processes share a folder and have
    `index.lock.exclusive`: there everything is claimed at once.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        numbers = {"claims": _CLAIMS, "name": name}
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:claims, hashtext(:name))"), numbers))
        try:
            yield mine
        finally:
            if mine and not connection.closed and not connection.invalidated:
                with suppress(LibraryUnusable):  # a connection that has broken has given the claim back
                    connection.execute(text("SELECT pg_advisory_unlock(:claims, hashtext(:name))"), numbers)


def check_not_read_only(connection: Connection) -> None:
    """Raises `LibraryUnusable` where the server takes no changes: it is a standby, or somebody has told it so."""
    if connection.dialect.name == "postgresql" and connection.scalar(text("SHOW transaction_read_only")) == "on":
        raise LibraryUnusable("The library cannot be written at the moment: its database is read-only.")


def in_turn(connection: Connection, name: str) -> None:
    """Wait until no other transaction has its turn at `name`; the turn lasts until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:turns, hashtext(:name))"), {"turns": _TURNS, "name": name})


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("write", False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")


def _explained(context: ExceptionContext) -> MissiondeskError | None:
    """What an error of the server means to people; None for one that is a mistake of ours."""
    if context.is_pre_ping:
        return None  # what is put in its place would be raised, and no new connection tried
    error = context.sqlalchemy_exception
    if isinstance(error, DataError):
        # It takes no zero characters, which SQLite does, and keeps to the lengths that columns state.
        return _not_storable()
    if not isinstance(error, DBAPIError) or not isinstance(error, OperationalError | InternalError | InterfaceError):
        return None
    state = str(getattr(error.orig, "sqlstate", None) or "")
    reason = " ".join(str(error.orig).split())
    if state == "54000":
        return _not_storable()  # an index takes a third of a page of 8 KB
    if state in {"55P03", "40001", "40P01", "57014"}:
        return LibraryUnusable("The library is busy: another process has been writing for long.")
    if state == "25006":
        return LibraryUnusable(f"The library cannot be written at the moment ({reason}).")
    if state == "53100":
        return StorageFull("The disk that holds the library is full. Make room and try again.")
    if state.startswith("XX"):
        return LibraryDamaged(f"The library's server has found damage ({reason}). Restore a backup of its database.")
    return LibraryUnusable(f"The library's database cannot be used ({reason}).")


def _not_storable() -> InvalidRequest:
    return InvalidRequest("A text is too long, or holds characters that cannot be kept.", code=NOT_STORABLE)
