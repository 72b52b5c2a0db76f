"""A PostgreSQL server of the tests' own on loopback: Debian's, in a folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

_ACCOUNT = "postgres"
"""Debian's account for the server, which refuses to run as root."""
_STARTED_SECONDS = 60.0


class PostgresServer:
    """A server that is up; each folder of a test gets a database of its own."""

    def __init__(self, port: int) -> None:
        self._address = f"postgresql://missiondesk@127.0.0.1:{port}"
        self._names: dict[Path, str] = {}

    def url(self, folder: Path) -> str:
        """Of the database that stands in place of an SQLite file in this folder."""
        if folder not in self._names:
            self._names[folder] = f"library_{len(self._names)}"
            with psycopg.connect(f"{self._address}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self._names[folder]}".encode())
        return f"{self._address}/{self._names[folder]}"


@contextmanager
def postgresql_server() -> Iterator[PostgresServer]:
    """Start a server, and stop it in the end."""
    programs = _programs()
    user = _ACCOUNT if os.getuid() == 0 else None
    with TemporaryDirectory(prefix="missiondesk-postgresql-") as name, socket.socket() as reserved:
        folder = Path(name)
        if user:
            shutil.chown(folder, user, user)
        data = folder / "data"
        make = [programs / "initdb", "-D", data, "-U", "missiondesk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(make, check=True, capture_output=True, user=user, cwd=folder)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        reserved.close()
        run = [
            programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off",
            "-c", "max_connections=300",
        ]  # fmt: skip
        with subprocess.Popen(run, stderr=subprocess.DEVNULL, user=user, cwd=folder) as process:
            try:
                _wait_for(port)
                yield PostgresServer(port)
            finally:
                process.terminate()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        pytest.fail("there is no PostgreSQL on this machine: run scripts/debian-packages")
    return found[-1].parent if found else Path(str(on_path)).parent


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTED_SECONDS
    while True:
        try:
            psycopg.connect(f"postgresql://missiondesk@127.0.0.1:{port}/postgres").close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
