"""Leaves a server alone for a moment that has just failed, so that not every search waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import VectorsUnavailable

REST_SECONDS = 3.0
"""After a failure. With the longest wait for an answer it stays well under the ten seconds in which searches are to be
whole again after the server is."""


class Breaker:
    """Lets calls through until one fails; then one at a time, each so long after the last failure (circuit breaker)."""

    def __init__(self, rest_seconds: float = REST_SECONDS) -> None:
        self._rest = rest_seconds
        self._lock = threading.Lock()
        self._failure: VectorsUnavailable | None = None
        self._until = 0.0

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Raises the last failure again, at once, while the server is left alone."""
        with self._lock:
            failure = self._failure
            if failure is not None:
                if time.monotonic() < self._until:
                    raise type(failure)(failure.message)
                # Others go on doing without, while this call tries.
                self._until = time.monotonic() + self._rest
        try:
            yield
        except VectorsUnavailable as error:
            with self._lock:
                self._failure, self._until = error, time.monotonic() + self._rest
            raise
        with self._lock:
            self._failure = None
