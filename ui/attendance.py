"""Notices that a client has gone while its answer is being made, and says so to what makes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Mapping
from typing import TypeVar

import anyio
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from assistant.departure import Departure

NOBODY_THERE = 499
"""Status in the log of a request whose client left before it was answered, as other servers write it."""

Made = TypeVar("Made")


async def attended(request: Request, departure: Departure, work: Callable[[], Made]) -> Made:
    """Do `work` in a thread while watching the client. Raises whatever it raises, `ReaderLeft` among it."""
    watching = asyncio.create_task(_watch(request.receive, departure))
    try:
        return await run_in_threadpool(work)
    finally:
        watching.cancel()


class AttendedEvents(EventSourceResponse):
    """Server-sent events, made in threads, whose making is told when the client goes."""

    def __init__(self, events: Generator[bytes], departure: Departure, headers: Mapping[str, str]) -> None:
        super().__init__(events, headers=headers)
        self._events = events
        self._departure = departure

    async def listen_for_disconnect(self, receive: Receive) -> None:
        """Announced before the sending is cancelled: that waits for the thread, which waits for a chat model."""
        await _watch(receive, self._departure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Also where a client was found to be gone in sending to it. No thread is in the events any more.
            self._departure.announce()
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._events.close)


async def _watch(receive: Receive, departure: Departure) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    departure.announce()
