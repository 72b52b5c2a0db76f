"""Builds new generations in the background of a long-running process."""

from __future__ import annotations

import logging
import threading

from index.errors import LibraryUnusable
from index.index import Index

INTERVAL_SECONDS = 30.0
"""How often the delta's size is looked at; a look costs one small read of the library."""

_log = logging.getLogger(__name__)


class Upkeep:
    """A thread that calls `Index.settle` again and again, from `start` until `stop`."""

    def __init__(self, index: Index, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._index = index
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
                self._index.settle(stopped=self._stopped)
            except (LibraryUnusable, OSError) as error:  # busy, a full disk: the next look may find it mended
                _log.warning("no new generation for now: %s", error)
