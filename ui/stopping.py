"""How the server ends: no new questions, the answers under way, then everything else."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import cast

import uvicorn

from ui.admission import Admission

DRAIN_SECONDS = 15.0
"""How long answers that are being written may go on where nobody else takes questions meanwhile."""
_LAST_WORDS_SECONDS = 1.0
_ARRIVING_SECONDS = 1.0
"""How long requests on connections that were made before the port was closed may take to arrive."""

_log = logging.getLogger("missiondesk.server")


class StoppableServer(uvicorn.Server):
    """On a signal it refuses questions, and reports that it is not ready, while answers are written to their end.

    It goes on listening meanwhile: a proxy learns from it that it must send people elsewhere, and they are told when to
    come again. A second signal ends the process at once.

    With a delay it refuses nothing: it reports that it is not ready, takes questions for so long, and closes its port.
    A refused connection is all that a proxy needs to ask another server, whatever was to be asked.

    Answers that take longer than `drain_seconds` end with an error.
    """

    def __init__(
        self, config: uvicorn.Config, admission: Admission, park: Callable[[], None],
        delay_seconds: float | None = None, drain_seconds: float = DRAIN_SECONDS,
    ) -> None:  # fmt: skip
        """`park` is called first; it must not wait."""
        super().__init__(config)
        self._admission = admission
        self._park = park
        self._delay = delay_seconds
        self._drain = drain_seconds
        self._listening: Sequence[socket.socket] = ()
        self._signalled: float | None = None
        self._refusing: float | None = None
        self._closed: float | None = None
        self._interrupted = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._listening = sockets or ()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The signal is not passed on at the end, as uvicorn does: a server that did as it was told exits with 0."""
        if self._signalled is not None:
            signal.signal(sig, signal.SIG_DFL)
            os.kill(os.getpid(), sig)
            return
        self._signalled = time.monotonic()

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; returns whether to end."""
        if await super().on_tick(counter):
            return True
        if self._signalled is None:
            return False
        if self._refusing is None:
            self._refuse_when_due(self._signalled)
            return False
        if not self._admission.counts().at_work:
            return True
        waited = time.monotonic() - self._refusing
        if waited >= self._drain and not self._interrupted:
            self._interrupted = True
            self._admission.interrupt()
        return waited >= self._drain + _LAST_WORDS_SECONDS

    def _refuse_when_due(self, signalled: float) -> None:
        now = time.monotonic()
        self._admission.announce_stop()
        self._park()
        if self._delay is not None:
            if now < signalled + self._delay:
                return
            if self._closed is None:
                self._close_port()
                self._closed = now
            if now < self._closed + _ARRIVING_SECONDS:
                return
        self._admission.stop()
        self._refusing = now
        _log.info("stopping", extra={"at_work": self._admission.counts().at_work})

    def _close_port(self) -> None:
        """Take the connections that are made already: the system would break them off, and with them what they ask."""
        loop = asyncio.get_running_loop()
        for listening in self._listening:
            loop.remove_reader(listening)
            while (connection := _accepted(listening)) is not None:
                task = loop.create_task(self._take(connection))
                self.server_state.tasks.add(task)
                task.add_done_callback(self.server_state.tasks.discard)
        for server in self.servers:
            server.close()

    async def _take(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        make = cast(Callable[..., asyncio.Protocol], self.config.http_protocol_class)
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)


def _accepted(listening: socket.socket) -> socket.socket | None:
    try:
        connection, _ = listening.accept()
    except BlockingIOError:
        return None
    connection.setblocking(False)
    return connection
