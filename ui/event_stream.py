"""An answer's events on their way from the thread that makes them to the event loop that sends them.

An answer mostly waits for its chat model. It has a thread of its own for that, of which there are as many as questions
are admitted: the threads that all other requests share stay free. One thread takes the answer from its first step to
its end, so that whatever it holds is given back there, also when nobody listens any more.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import closing, suppress
from types import TracebackType
from typing import Generic, TypeVar

from assistant.departure import expect_departure
from index.errors import Stopping
from ui.admission import RETRY_SECONDS, Admission, Place

Step = TypeVar("Step")


class EventStream(Generic[Step]):
    """The steps of one answer. Begun at once; to be read by one task, and closed whether it was read or not."""

    def __init__(self, admission: Admission, place: Place, begin: Callable[[], Generator[Step]]) -> None:
        """`begin` and all steps run in the thread, in the caller's context; `place` is given back at the end."""
        self._admission = admission
        self._place = place
        self._begin = begin
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Step | _End] = asyncio.Queue()
        self._closed = threading.Event()
        place.interrupt = self._interrupt
        self._departure = expect_departure()
        context = contextvars.copy_context()
        # A daemon: one that still waits for its chat model does not keep a process that was told to end.
        threading.Thread(target=context.run, args=(self._run,), name="answer", daemon=True).start()

    async def __aiter__(self) -> AsyncIterator[Step]:
        """Each step as it is made. Raises what the thread raised, and `Stopping` when the server cannot wait longer."""
        while True:
            step = await self._queue.get()
            if isinstance(step, _End):
                if step.error is not None:
                    raise step.error
                return
            yield step

    def close(self) -> None:
        """Make no further steps, and do not wait for a chat model any longer: whoever read them has gone."""
        self._closed.set()
        self._departure.announce()

    def _run(self) -> None:
        try:
            with _Ending(self._put), closing(self._begin()) as steps:
                for step in steps:
                    if self._closed.is_set():
                        break
                    self._put(step)
        finally:
            self._admission.leave(self._place)

    def _interrupt(self) -> None:
        self.close()
        self._put(_End(Stopping("The service is being stopped. Ask again in a minute.", retry_after=RETRY_SECONDS)))

    def _put(self, step: Step | _End) -> None:
        # The loop may have ended before the thread.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, step)


class _End:
    """The last thing in the queue."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Ending:
    """Hands the end of a block over, and whatever was raised in it."""

    def __init__(self, put: Callable[[_End], None]) -> None:
        self._put = put

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: TracebackType | None) -> bool:
        self._put(_End(error))
        return True
