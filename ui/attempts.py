"""Slows down whoever tries to sign in again and again."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from threading import Lock

MOST = 10
SECONDS = 60.0
_MOST_ADDRESSES = 10_000


class Attempts:
    """The failed sign-ins of the last minute, by address. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()

    def begin(self, address: str) -> int:
        """Count a try from this address; returns the seconds to wait where there were too many, else 0."""
        now = time.monotonic()
        with self._lock:
            tries = self._by_address.setdefault(address, deque())
            self._by_address.move_to_end(address)
            while tries and tries[0] <= now - SECONDS:
                tries.popleft()
            if len(tries) >= MOST:
                return math.ceil(tries[0] + SECONDS - now)
            tries.append(now)
            if len(self._by_address) > _MOST_ADDRESSES:
                self._by_address.popitem(last=False)
            return 0

    def succeeded(self, address: str) -> None:
        """The last try was none to count."""
        with self._lock:
            tries = self._by_address.get(address)
            if tries:
                tries.pop()
