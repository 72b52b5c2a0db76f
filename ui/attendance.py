"""Notices that a client has gone while its answer is being made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.requests import Request

NOBODY_THERE = 499
"""Status in the log of a request whose client left before it was answered, as other servers write it."""


@asynccontextmanager
async def watching(request: Request, gone: Callable[[], None]) -> AsyncIterator[None]:
    """While inside, `gone` is called when the client closes its connection. The body must have been read."""
    watch = asyncio.create_task(_watch(request, gone))
    try:
        yield
    finally:
        watch.cancel()


async def _watch(request: Request, gone: Callable[[], None]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    gone()
