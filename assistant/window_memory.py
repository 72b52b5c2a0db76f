"""Moving windows in this process's memory."""

from __future__ import annotations

import time
from threading import Lock

from limits.storage import MemoryStorage

_TIDY_SECONDS = 60.0


class WindowMemory(MemoryStorage):
    """`limits`' own store, which would keep a name for every address and session that was ever seen.

    It also counts each call under a lock that it may replace meanwhile; here one lock stands before all.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn = Lock()
        self._tidy_at = time.monotonic() + _TIDY_SECONDS

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        with self._turn:
            if time.monotonic() >= self._tidy_at:
                self._tidy()
            return super().acquire_entry(key, limit, expiry, amount)

    def _tidy(self) -> None:
        # Those whose calls have all left the window: the parent empties their lists but keeps the keys.
        for key in [key for key, calls in self.events.items() if not calls]:
            del self.events[key]
        self._tidy_at = time.monotonic() + _TIDY_SECONDS
