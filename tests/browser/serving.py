"""A real server on a loopback port."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Literal

import uvicorn
from fastapi import FastAPI

from ui.server import configured

_START_SECONDS = 60.0


@contextmanager
def served(app: FastAPI, http: type[asyncio.Protocol] | Literal["auto"] = "auto") -> Iterator[str]:
    """Serve `app` in a thread; gives its address, without a slash at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = configured(app, http)
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            _wait(server, thread)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


def _wait(server: uvicorn.Server, thread: Thread) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > give_up:
            raise RuntimeError("The server did not start.")
        time.sleep(0.05)
