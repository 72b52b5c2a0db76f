"""A connection to PostgreSQL that does not wait for ever for a server that has stopped answering.

A server that has died is told by the system; one that hangs, or whose machine was cut off after it had confirmed all
that it was sent, is not. Whoever asks would wait until somebody noticed, and with them everything they hold.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg

ANSWER_SECONDS: float | None = 45.0
"""Of silence in the middle of a statement. Longer than a statement waits for a lock, which the server ends itself."""


class PatientConnection(psycopg.Connection[Any]):
    """Raises `psycopg.OperationalError`, and is closed, when the server is silent for `answer_seconds`; None: never."""

    answer_seconds = ANSWER_SECONDS

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **named: Any) -> Any:
        if self.answer_seconds is None:
            return super().wait(gen, *arguments, **named)
        return super().wait(self._answered(gen, self.answer_seconds), *arguments, **named)

    def _answered(self, gen: Generator[Any, Any, Any], seconds: float) -> Generator[Any, Any, Any]:
        """The same steps. psycopg comes back to each every tenth of a second, with nothing while nothing has come."""
        heard = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                now = time.monotonic()
                if ready:
                    heard = now
                elif now - heard > seconds:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server has not answered for {seconds:g} seconds")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value
