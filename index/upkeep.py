"""Looks after the library in the background of a long-running process: new generations, and what is to be forgotten."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from index.errors import LibraryUnusable
from index.index import Index

INTERVAL_SECONDS = 30.0
"""How often the delta's size is looked at; a look costs one small read of the library."""
CHORE_SECONDS = 3600.0
"""How often what is kept for a time only is looked at."""

_log = logging.getLogger(__name__)


class Upkeep:
    """A thread that calls `Index.settle` again and again, and each hour the chores, from `start` until `stop`."""

    def __init__(
        self, index: Index, interval_seconds: float = INTERVAL_SECONDS, *, chores: Sequence[Callable[[], object]] = ()
    ) -> None:  # fmt: skip
        """A chore removes what is kept for a time only, and may raise `LibraryUnusable`."""
        self._index = index
        self._chores = chores
        self._done = time.monotonic()
        self._revision: int | None = None
        """Of the library at the last look."""
        self._interval = interval_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float | None = None) -> bool:
        """Gives up the build that is under way, if one is; returns whether that was done within so long."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped.wait(self._interval):
            try:
                self._settle()
                self._do_chores()
            except (LibraryUnusable, OSError) as error:  # busy, a full disk: the next look may find it mended
                _log.warning("no new generation for now: %s", error)

    def _settle(self) -> None:
        revision = self._index.library.revision()
        arriving, self._revision = revision != self._revision, revision
        self._index.settle(arriving=arriving, stopped=self._stopped)

    def _do_chores(self) -> None:
        if time.monotonic() - self._done < CHORE_SECONDS:
            return
        for chore in self._chores:
            chore()
        self._done = time.monotonic()
