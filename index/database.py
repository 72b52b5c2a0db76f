"""Opens the library's database: an SQLite file by default, a PostgreSQL server by setting."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, make_url

from index.errors import LibraryForeign, LibraryUnusable
from index.postgresql import postgresql_engine, unhurried
from index.sqlite import sqlite_engine

OWN_TABLES = frozenset({"facts", "alembic_version"})
"""By these a library is known from another program's database."""
MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(data_dir: Path, url: str = "") -> Engine:
    """Open, or make, the library of `data_dir` and bring its tables to the newest version.

    It is an SQLite file in that folder, or the PostgreSQL database at `url`. Raises `LibraryDamaged` for a file that
    is not a healthy database, `LibraryForeign` for one that is not missiondesk's or is newer than this program,
    `LibraryUnusable` where the folder cannot be written or the server not be reached. Whatever is done with the engine
    later raises the same errors: damage may show only where it lies.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryUnusable(f"The data folder {data_dir} cannot be made: {error.strerror}.") from error
    engine = postgresql_engine(url) if url else sqlite_engine(data_dir)
    try:
        with writing(engine).connect() as connection:
            _refuse_foreign(connection)
            migrate(connection)
    except LibraryUnusable:
        engine.dispose()
        raise
    return engine


def engine_at(url: str) -> Engine:
    """The library that another process has opened, by its engine's own URL; its tables are taken as they are."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return sqlite_engine(Path(address.database or "").parent)
    return postgresql_engine(url)


def migrate(connection: Connection) -> None:
    """Apply the migrations that this database lacks, in one transaction; nothing is done when there are none."""
    current = MigrationContext.configure(connection).get_current_revision()
    config = _migrations()
    scripts = ScriptDirectory.from_config(config)
    if current == scripts.get_current_head():
        return
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise LibraryForeign(
            "This library was written by a newer missiondesk. Update the program, or name another --data-dir."
        )
    config.attributes["connection"] = connection
    with unhurried(connection):
        command.upgrade(config, "head")
        connection.commit()


def newest_migration() -> str:
    """The version of the tables that this program brings a library to."""
    return ScriptDirectory.from_config(_migrations()).get_current_head() or ""


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def utc_now() -> datetime:
    """The time as the tables hold it: UTC, without its zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def as_utc(stored: datetime) -> datetime:
    """A time of the tables, with its zone."""
    return stored.replace(tzinfo=UTC)


def writing(engine: Engine) -> Engine:
    """The same database, with transactions that take the write lock at their start.

    A transaction that reads first and writes later would fail at once, without waiting, when another process wrote
    in between.
    """
    if engine.dialect.name == "postgresql":
        # Each statement sees what the writers before have left; a snapshot would be older than the lock.
        return engine.execution_options(write=True, isolation_level="READ COMMITTED")
    return engine.execution_options(write=True)


def _refuse_foreign(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names())
    if tables and not tables >= OWN_TABLES:
        raise LibraryForeign(
            f"{connection.engine.url.database} is a database of another program. "
            "Name another folder with --data-dir, or another database_url."
        )
