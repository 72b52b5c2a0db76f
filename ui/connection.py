"""A connection of the HTTP server that is given up when its reader is too slow."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

STUCK_SECONDS = 30.0
"""How long a reader may take for what is ready to be sent, some 50 KB, before the connection is cut."""


class ImpatientProtocol(HttpToolsProtocol):
    """Cuts the connection where what was written is not taken in time.

    Whoever reads a byte a second would otherwise hold a response in memory for days, also after the server has closed
    its side: closing waits until everything is read.
    """

    stuck_seconds = STUCK_SECONDS
    _cut: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._cut_later()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._wait_on()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._cut_later()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_on()
        super().connection_lost(exc)

    def _cut_later(self) -> None:
        if self._cut is None:
            self._cut = self.loop.call_later(self.stuck_seconds, self.transport.abort)

    def _wait_on(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None
