"""`missiondesk ready`: what health checks and start scripts ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from tests.ui.test_cli import Run, run

__all__ = ["run"]


class Unready(BaseHTTPRequestHandler):
    """Says 503 twice and then that it is ready."""

    asked = 0

    def do_GET(self) -> None:
        assert (self.path, self.headers["Host"]) == ("/health/ready", "localhost")
        type(self).asked += 1
        self.send_response(503 if self.asked <= 2 else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Not on the tests' standard error."""


@contextmanager
def starting() -> Iterator[int]:
    Unready.asked = 0
    server = HTTPServer(("127.0.0.1", 0), Unready)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_server_that_can_answer(run: Run, service: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISSIONDESK_PORT", str(urlsplit(service).port))
    monkeypatch.setenv("MISSIONDESK_HOST", host)
    outcome = run("ready")
    assert (outcome.code, outcome.out) == (0, "The server is ready.\n"), outcome.err


def test_no_server(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv("MISSIONDESK_PORT", str(port))
    outcome = run("ready")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"No server answers on 127.0.0.1, port {port}" in outcome.err


def test_a_server_that_is_starting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with starting() as port:
        monkeypatch.setenv("MISSIONDESK_PORT", str(port))
        outcome = run("ready")
        assert outcome.code == 1
        assert "status 503" in outcome.err
        assert run("ready", "--wait", "30").code == 0
