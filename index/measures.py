"""Where the time of a question goes, and what fails on its way, told to whoever counts it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

Stage = Literal["embed", "search", "read", "answer", "first_statement"]
"""`embed` and `search` are parts of one search; `read` weighs its passages; `answer` is all that follows; the time to
the `first_statement` counts from the question on, and holds the others."""


class Listener(Protocol):
    """Called in the thread that works on the question; it must be quick and may not raise."""

    def took(self, stage: Stage, started: int, ended: int) -> None:
        """Both in nanoseconds of the system's clock."""

    def model_failed(self, kind: str) -> None:
        """A chat model's answer was not used; `kind` is the class of an error, or a word for what was wrong."""


class Measures:
    """One for each index; listeners are added before the first question."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Tells how long the block took, unless it raised."""
        started = time.time_ns()
        yield
        self.took(stage, started)

    def took(self, stage: Stage, started: int) -> None:
        """`started` is in nanoseconds of the system's clock; it ends now."""
        ended = time.time_ns()
        for listener in self.listeners:
            listener.took(stage, started, ended)

    def model_failed(self, kind: str) -> None:
        for listener in self.listeners:
            listener.model_failed(kind)
