"""A real server, started as people start it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from assistant.settings import FILE
from eval.free_port import free_port
from eval.fresh_process import memory
from index.errors import MissiondeskError

READY_SECONDS = 180.0
END_SECONDS = 30.0
LOG = "server.log"
_MAIN = "import sys; from ui.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """`folder` holds its settings, library and log."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> int:
        """Bytes that it holds now."""
        return memory(str(self.process.pid))[0]

    def log(self) -> str:
        return (self.folder / LOG).read_text(encoding="utf-8", errors="replace")


@contextmanager
def server_process(folder: Path, settings: str) -> Iterator[ServerProcess]:
    """Serve the library in `folder`/data with these settings, as they stand in a settings file, until the block ends.

    Raises `MissiondeskError` with its last words where it does not become ready.
    """
    port = free_port()
    (folder / FILE).write_text(f'data_dir = "{folder / "data"}"\nport = {port}\n{settings}', encoding="utf-8")
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", _MAIN, "serve"], cwd=folder, stdout=log, stderr=log)
        server = ServerProcess(folder, port, process)
        try:
            _wait(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: ServerProcess) -> None:
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up and server.process.poll() is None:
        try:
            if httpx.get(f"{server.address}/health/ready", timeout=10).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise MissiondeskError(f"The server did not become ready:\n{server.log()[-2000:]}", code="server_not_ready")
