"""Readers that take a byte a second."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from tests.browser.serving import served
from ui.connection import ImpatientProtocol

LARGE = 30_000_000
READERS = 50


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(ImpatientProtocol, "stuck_seconds", 1.0)
    app = FastAPI()
    app.add_api_route("/large", lambda: PlainTextResponse("x" * LARGE))
    app.add_api_route("/small", lambda: PlainTextResponse("x"))
    with served(app, http=ImpatientProtocol) as address:
        yield address


def _slow_reader(address: str) -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", httpx.URL(address).port))
    reader.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    return reader


def test_slow_readers_are_cut_off_and_hurt_nobody(address: str) -> None:
    readers = [_slow_reader(address) for _ in range(READERS)]
    for reader in readers:
        reader.settimeout(5)
        assert reader.recv(1) == b"H"
    started = time.monotonic()
    assert httpx.get(f"{address}/small").text == "x"
    assert time.monotonic() - started < 1
    time.sleep(2.5)
    # Whoever was cut off finds its end after what had left the server already.
    assert [_left(reader) < LARGE for reader in readers] == [True] * READERS


def test_whoever_reads_on_gets_everything(address: str) -> None:
    assert len(httpx.get(f"{address}/large", timeout=20).text) == LARGE


def _left(reader: socket.socket) -> int:
    received = 0
    with reader:
        try:
            while piece := reader.recv(1 << 20):
                received += len(piece)
        except ConnectionResetError:
            pass
    return received
