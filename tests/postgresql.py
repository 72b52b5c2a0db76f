"""A PostgreSQL server of the tests' own on loopback: Debian's, in a folder that is thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from eval.postgres_server import PostgresServer


@contextmanager
def postgresql_server(programs: Path | None = None) -> Iterator[PostgresServer]:
    """Start a server of Debian's `programs`, unless others are given, and stop it in the end."""
    with TemporaryDirectory(prefix="missiondesk-postgresql-") as name:
        server = PostgresServer(Path(name), programs or _programs())
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        pytest.fail("there is no PostgreSQL on this machine: run scripts/debian-packages")
    return found[-1].parent if found else Path(str(on_path)).parent
