"""The product as its users start it: `missiondesk` in a process of its own, which can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eval.free_port import free_port
from index.errors import InvalidRequest

READY_SECONDS = 30.0
"""A server has to be ready by then after a crash (design figure)."""
START_SECONDS = 180.0
"""A server that is only to be measured may take longer: the machine may be doing other things."""
POLL_SECONDS = 0.1


def start(data_dir: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start one command. Raises `InvalidRequest` where missiondesk is not installed beside this Python."""
    command = _command(data_dir, *arguments)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def _command(data_dir: Path, *arguments: str) -> list[str]:
    program = Path(sys.executable).with_name("missiondesk")
    if not program.exists():
        raise InvalidRequest(f"There is no {program}: install the project with `make`.")
    return [str(program), "--data-dir", str(data_dir), *arguments]


@contextmanager
def serving(data_dir: Path, folder: Path) -> Iterator[str]:
    """The address of a server that is ready, with the settings of the folder's `missiondesk.toml`; its log goes there.

    Raises `InvalidRequest` where it does not start.
    """
    port = free_port()
    command = _command(data_dir.resolve(), "serve", "--port", str(port))
    with (folder / "server.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as it:
        try:
            until = time.monotonic() + START_SECONDS
            while not _is_ready(port):
                if it.poll() is not None or time.monotonic() > until:
                    said = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
                    raise InvalidRequest(f"The server does not start: {said.strip()[-500:]}")
                time.sleep(POLL_SECONDS)
            yield f"http://127.0.0.1:{port}"
        finally:
            it.terminate()


def start_with_kill(data_dir: Path, point: str, call: int, *arguments: str) -> subprocess.Popen[str]:
    """Start one command that dies at a point of `eval.kill_points`, if it comes there."""
    command = [sys.executable, "-m", "eval.kill_points", point, str(call), "--data-dir", str(data_dir), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for the end: exit code, standard output, standard error."""
    output, errors = process.communicate()
    return process.returncode, output, errors


def ends_within(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether a process ends by itself in this time. If not, it is killed as by `kill -9`."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return False
    return True


def ingest_report(data_dir: Path, documents: Path) -> dict[str, Any]:
    """What `missiondesk ingest --json` says of a run that is left alone. Raises `InvalidRequest` if it says nothing."""
    code, output, errors = finish(start(data_dir, "ingest", str(documents), "--audience", "public", "--json"))
    if not output:
        raise InvalidRequest(f"`missiondesk ingest` ended with {code}: {errors.strip()}")
    report: dict[str, Any] = json.loads(output)
    return report


def seconds_to_ready(data_dir: Path) -> float | None:
    """Seconds until a new server answers `/health/ready`; None if it does not within `READY_SECONDS`."""
    port = free_port()
    started = time.monotonic()
    server = start(data_dir, "serve", "--port", str(port))
    try:
        while (waited := time.monotonic() - started) < READY_SECONDS:
            if server.poll() is not None:
                return None
            if _is_ready(port):
                return waited
            time.sleep(POLL_SECONDS)
        return None
    finally:
        server.terminate()
        finish(server)


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=READY_SECONDS).status_code == 200
    except httpx.TransportError:
        return False
