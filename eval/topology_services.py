"""The services of `compose.replicas.yaml` as processes of this machine: the same commands with the same settings.

Only what another machine would have is put in its place: names of hosts become ports on loopback, volumes folders.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import yaml

from assistant.settings import FILE, PREFIX, load_settings
from assistant.wiring import open_access, open_library
from eval.free_port import free_port
from eval.postgresql_server import PostgresServer, postgresql_server
from eval.processor_time import whole_seconds
from index.errors import InvalidSetting, MissiondeskError

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "compose.replicas.yaml"
NGINX = ROOT / "deploy" / "nginx.conf"
SERVICES = ("chroma", "api-1", "api-2", "worker-1", "worker-2", "nginx")
READY_SECONDS = 600.0
KEYS = 5
"""People of one organisation: what each may ask in a minute is limited."""
END_SECONDS = 150.0
_MAIN = "import sys; from ui.cli import main; sys.exit(main())"
_WORKING = "Working on jobs"
_LOOK_SECONDS = 0.1


class Service(Protocol):
    """One process, which can be killed and started again."""

    name: str

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self) -> None:
        """Until it does its work. Raises `MissiondeskError` with its last words."""

    def processor_seconds(self) -> float:
        """That it and its children have used since it was started last."""


@dataclass(slots=True)
class Process:
    """A command in a folder, with its log there."""

    name: str
    folder: Path
    command: Sequence[str | Path]
    port: int = 0
    # A server listens once it can answer; whether it is too busy to answer soon is not asked here.
    health: str = "/health/live"
    process: subprocess.Popen[bytes] | None = None
    _begun: int = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._begun = log.tell()
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """With its children, as where a machine or a container ends: nginx's would otherwise keep the port."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, wait, and return its exit code."""
        return self._end(number)

    def processor_seconds(self) -> float:
        return whole_seconds(self.process.pid) if self.process is not None else 0.0

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def words(self) -> str:
        """What it has said since it was started last."""
        with self.log.open("rb") as log:
            log.seek(self._begun)
            return log.read().decode(errors="replace")

    def wait(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while self.process is not None and self.process.poll() is None and time.monotonic() < until:
            if self._works():
                return
            time.sleep(_LOOK_SECONDS)
        raise MissiondeskError(f"{self.name} does not work:\n{self.words()[-2000:]}", code="service_not_ready")

    def _works(self) -> bool:
        if not self.port:
            return _WORKING in self.words()
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{self.health}", timeout=10, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _end(self, number: int) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        try:
            return self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()


@dataclass(slots=True)
class Database:
    """PostgreSQL."""

    server: PostgresServer
    name: str = "postgresql"

    def start(self) -> None:
        self.server.start()

    def kill(self) -> None:
        self.server.kill()

    def wait(self) -> None:
        """Nothing: `start` has waited."""

    def processor_seconds(self) -> float:
        return whole_seconds(self.server.pid)


@dataclass(slots=True)
class Topology:
    """All services, started. `port` is nginx's."""

    database: Database
    url: str
    keys: Sequence[str]
    """Of administrators."""
    port: int = 0
    services: dict[str, Process] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def named(self, prefix: str) -> list[Process]:
        return [service for name, service in self.services.items() if name.startswith(prefix)]

    def all(self) -> list[Service]:
        return [*self.services.values(), self.database]


@contextmanager
def topology(
    folder: Path, extra: Mapping[str, str], names: Iterable[str] = SERVICES,
    before: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Topology]:  # fmt: skip
    """Start these services, and the database, until the block ends. `extra` settings are given to each of ours.

    `before` names words to put before a service's command. Raises `MissiondeskError` where one does not start.
    """
    composed: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    options = composed["postgresql"]["command"][1:]
    with ExitStack() as stack:
        server = stack.enter_context(postgresql_server(options=options))
        url = server.url(folder)
        made = Topology(Database(server), url, _keys(url, folder / "keys"))
        ports = {name: free_port() for name in composed if name.startswith(("api", "nginx", "chroma"))}
        for name in names:
            if name == "nginx":
                service = nginx_process(folder / name, ports)
                made.port = service.port
            elif name == "chroma":
                service = _chroma(folder / name, composed[name]["command"], ports[name])
            else:
                own = {"database_url": url, "vectors_url": f"chroma://127.0.0.1:{ports['chroma']}", **extra}
                service = _ours(name, folder / name, composed[name], ports.get(name, 0), own)
                service.command = [*(before or {}).get(name, ()), *service.command]
            made.services[name] = service
            stack.callback(_end, service)
            service.start()
        for service in made.services.values():
            service.wait()
        yield made


def _keys(url: str, folder: Path) -> list[str]:
    """Made before any server starts: without one it would listen to this machine alone."""
    settings = load_settings(database_url=url, data_dir=folder)
    with closing(open_library(settings)) as library:
        keys = open_access(settings, library).keys
        return [keys.create("admin", days=1).secret for _ in range(KEYS)]


def _end(service: Process) -> None:
    # nginx waits for connections unless it is asked to be quick.
    service.stop()
    if service.process is not None and service.process.poll() is None:
        service.kill()


def _ours(name: str, folder: Path, composed: Mapping[str, Any], port: int, extra: Mapping[str, str]) -> Process:
    folder.mkdir()
    said: dict[str, str] = composed["environment"]
    settings = {key.removeprefix(PREFIX).lower(): str(value) for key, value in said.items()}
    settings = {key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for key, value in settings.items()}
    settings |= {"data_dir": str(folder / "data"), **extra}
    if "trusted_proxies" in settings:
        settings["trusted_proxies"] = "127.0.0.1/32"
    if port:
        settings["port"] = str(port)
    lines = (f'{key} = "{value}"\n' for key, value in settings.items())
    (folder / FILE).write_text("".join(lines), encoding="utf-8")
    return Process(name, folder, [sys.executable, "-c", _MAIN, *composed["command"]], port)


def _chroma(folder: Path, command: Sequence[str], port: int) -> Process:
    folder.mkdir()
    here = {"/data": "data", "0.0.0.0": "127.0.0.1", "8000": str(port)}
    words = [here.get(word, word) for word in command]
    program = Path(sys.executable).with_name("chroma")
    return Process("chroma", folder, [program, *words], port, health="/api/v2/heartbeat")


def nginx_process(folder: Path, ports: Mapping[str, int]) -> Process:
    """nginx with the configuration of deploy/, in a new folder. Raises `InvalidSetting` where it is not installed."""
    folder.mkdir()
    text = NGINX.read_text("utf-8").replace("/tmp/", f"{folder}/").replace("listen 8080", _listen(ports["nginx"]))
    for name, port in ports.items():
        text = text.replace(f"{name}:8000", f"127.0.0.1:{port}")
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    program = shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise InvalidSetting("There is no nginx on this machine: run scripts/debian-packages.")
    # Its workers would otherwise be nobody in particular, who may not write in this folder.
    account = "user root; " if os.getuid() == 0 else ""
    command: list[str | Path] = [program, "-c", folder / "nginx.conf", "-e", "stderr", "-g", f"{account}daemon off;"]
    return Process("nginx", folder, command, ports["nginx"])


def _listen(port: int) -> str:
    return f"listen 127.0.0.1:{port}"
