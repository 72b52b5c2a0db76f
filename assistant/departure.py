"""Whoever asked has gone: said by those who notice to those who wait for a chat model on their behalf.

What waits lies many calls below what notices, and in another thread, so that it is not passed down but stands in the
context, as the scope of a cancellation does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class ReaderLeft(Exception):
    """Nobody waits for this answer any more: there is nobody to tell, and nothing is to be done but to stop."""


class Departure:
    """One reader's going, which may be announced from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gone = False
        self._calls: list[Callable[[], None]] = []

    def announce(self) -> None:
        """The reader has gone. Wakes all that wait; announced again it does nothing."""
        with self._lock:
            self._gone = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def check(self) -> None:
        """Raises `ReaderLeft` once it is announced."""
        if self._gone:
            raise ReaderLeft

    @contextmanager
    def waking(self, call: Callable[[], None]) -> Iterator[None]:
        """While inside, `call` is made as soon as the reader goes; at once if that was before."""
        with self._lock:
            if not (gone := self._gone):
                self._calls.append(call)
        if gone:
            call()
        try:
            yield
        finally:
            with self._lock:
                if call in self._calls:
                    self._calls.remove(call)


_current: ContextVar[Departure | None] = ContextVar("departure", default=None)


def expect_departure() -> Departure:
    """The departure of the reader whom this context, and what is called from it, works for from now on."""
    departure = Departure()
    _current.set(departure)
    return departure


def current_departure() -> Departure:
    """That of this context's reader; one that is never announced where nobody watches."""
    return _current.get() or Departure()
