"""Opens the library without changing or migrating it: it may be damaged, foreign, or of another release."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from assistant.settings import Settings
from index.database import OWN_TABLES
from index.errors import InvalidSetting, LibraryUnusable
from index.postgresql import postgresql_engine
from index.sqlite import FILE_NAME
from ui.doctor.finding import Finding, failed, warning

RESTORE = "Restore a backup into an empty folder (missiondesk restore), or ingest again into one."
_OTHER_FOLDER = "Name another folder with --data-dir."
_MADE = "The first `missiondesk ingest` makes it."
_BUSY_SECONDS = 5.0


class NoLibrary(Exception):
    """There is none that could be looked at; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence)
        self.finding = finding


@contextmanager
def opened(settings: Settings) -> Iterator[Connection]:
    """The library for reading only. Raises `NoLibrary`."""
    try:
        engine = _engine(settings)
        try:
            with engine.connect() as connection:
                _refuse_foreign(connection)
                yield connection
        finally:
            engine.dispose()
    except (InvalidSetting, LibraryUnusable) as error:
        raise NoLibrary(failed("library", error.message, "Start its server, or change database_url.")) from error
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        sentence = f"The library is damaged, or is not a database ({reason})."
        raise NoLibrary(failed("library", sentence, RESTORE)) from error


def _engine(settings: Settings) -> Engine:
    if settings.database_url:
        return postgresql_engine(settings.database_url.get_secret_value())
    path = settings.data_dir / FILE_NAME
    if not path.is_file():
        if settings.data_dir.is_dir() and any(settings.data_dir.iterdir()):
            sentence = f"{settings.data_dir} holds other files and no library of missiondesk."
            raise NoLibrary(failed("library", sentence, _OTHER_FOLDER))
        raise NoLibrary(warning("library", "There is no library yet.", _MADE))
    return create_engine("sqlite://", creator=lambda: _read_only(path), poolclass=NullPool, hide_parameters=True)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=_BUSY_SECONDS)


def _refuse_foreign(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names())
    if not tables and connection.dialect.name == "postgresql":
        raise NoLibrary(warning("library", "The database has no library yet.", _MADE))
    if not tables >= OWN_TABLES:
        place = connection.engine.url.database or FILE_NAME
        raise NoLibrary(failed("library", f"{place} is a database of another program.", _OTHER_FOLDER))
