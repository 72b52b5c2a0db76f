"""A chat model's words as they come, within limits of our own; the request is broken off when nobody needs it."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from functools import cache
from typing import cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage

from assistant.departure import current_departure

PAUSE_SECONDS = 0.5
"""Between two tries."""
TRIES = 2
_RATE_LIMITED = 429
_SERVER_ERROR = 500
_STARTING = threading.Lock()


class ChatModelFailed(Exception):
    """The model was down, slow, or wrote what cannot be used. Handled by answering verbatim; never shown.

    `passing`: another try may succeed.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def pieces_of(
    model: BaseChatModel, messages: list[BaseMessage], first: float, whole: float, tries: int = 1
) -> Generator[str, None, None]:
    """The model's stream, with at most `first` seconds to the first word and `whole` to the last of all tries.

    It is tried again after 429, 5xx, a refused connection or no first word, never once a word came. Closing the
    iterator closes the connection to the model, and so does the reader's departure. Raises `ChatModelFailed`,
    `ReaderLeft`.
    """
    last = time.monotonic() + whole
    for left in reversed(range(tries)):
        begun = False
        try:
            for piece in _attempt(model, messages, min(time.monotonic() + first, last), last):
                begun = True
                yield piece
            return
        except ChatModelFailed as failed:
            if begun or not left or not failed.passing or time.monotonic() + PAUSE_SECONDS >= last:
                raise
        time.sleep(PAUSE_SECONDS)


def _attempt(
    model: BaseChatModel, messages: list[BaseMessage], deadline: float, last: float
) -> Generator[str, None, None]:
    pieces: queue.Queue[str | None] = queue.Queue()
    departure = current_departure()

    async def read() -> None:
        task = asyncio.current_task()
        stream = cast(AsyncGenerator[AIMessageChunk], model.astream(messages))
        async with aclosing(stream):
            async for chunk in stream:
                # A client may lose a cancellation: `asyncio.wait_for` does, where its result comes at that moment.
                if task is not None and task.cancelling():
                    raise asyncio.CancelledError
                pieces.put(str(chunk.text))

    # A future keeps whatever the provider raised; every provider has kinds of its own.
    reading = asyncio.run_coroutine_threadsafe(read(), running_loop())
    reading.add_done_callback(lambda _: pieces.put(None))
    try:
        with departure.waking(lambda: pieces.put("")):
            while (piece := _next(pieces, deadline)) is not None:
                departure.check()
                if piece:
                    deadline = last
                    yield piece
        if error := reading.exception():
            raise ChatModelFailed(type(error).__name__, passing=_is_passing(error)) from error
    finally:
        # A task that is cancelled closes its connection at once; a thread would go on reading.
        reading.cancel()


def _next(pieces: queue.Queue[str | None], deadline: float) -> str | None:
    left = deadline - time.monotonic()
    try:
        if left > 0:
            return pieces.get(timeout=left)
    except queue.Empty:
        pass
    raise ChatModelFailed("no answer in time", passing=True)


def _is_passing(error: BaseException) -> bool:
    """By what the clients' errors have in common: a status somewhere in the chain, or the operating system's error."""
    link: BaseException | None = error
    while link is not None:
        status = getattr(link, "status_code", None) or getattr(getattr(link, "response", None), "status_code", None)
        if isinstance(status, int):
            return status == _RATE_LIMITED or status >= _SERVER_ERROR
        if isinstance(link, OSError):
            return True
        link = link.__cause__ or link.__context__
    return False


def running_loop() -> asyncio.AbstractEventLoop:
    """One loop for all requests: clients keep connections that belong to the loop they were opened in."""
    with _STARTING:
        return _started_loop()


@cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop
