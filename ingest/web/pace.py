"""How often one host is asked."""

from __future__ import annotations

import time


class Pace:
    """Keeps requests to one host apart; hosts do not wait for each other."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._slower: dict[str, float] = {}
        self._next: dict[str, float] = {}

    def slow_down(self, host: str, interval: float) -> None:
        """Let at least `interval` seconds pass between two requests to the host."""
        self._slower[host] = interval

    def wait(self, host: str) -> None:
        """Return when the host may be asked again."""
        now = time.monotonic()
        pause = max(0.0, self._next.get(host, now) - now)
        self._next[host] = now + pause + max(self._interval, self._slower.get(host, 0.0))
        time.sleep(pause)
