"""How many questions the machine works on at a time, how many may wait, and that none is begun once it stops."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from assistant.settings import Settings
from index.errors import Stopping, TooBusy

COMPUTING = 8
"""Questions a core that are worked on at a time where each is answered verbatim, in a fraction of a second."""
WAITING_FOR_A_MODEL = 128
"""The same with a chat model, for which most of them only wait."""
RETRY_SECONDS = 5
"""What a question that is turned away is told to wait."""
LONGEST_WAIT_SECONDS = 30.0
"""A question that has waited so long is turned away: whoever asked has stopped looking."""
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Questions as they stand, and those turned away since the start."""

    at_work: int
    waiting: int
    refused: int


@dataclass(eq=False, slots=True)
class Place:
    """One question's place: first in the line, then at work, until it is given back.

    `interrupt` ends its answer early; it is called from any thread, at most once, when the server cannot wait longer.
    """

    granted: Future[None] = field(default_factory=Future)
    interrupt: Callable[[], None] | None = None


def open_admission(settings: Settings) -> Admission:
    """As many questions as the settings say, or as the cores can keep up with."""
    cores = os.cpu_count() or 1
    usual = cores * (WAITING_FOR_A_MODEL if settings.chat_model != "none" else COMPUTING)
    return Admission(settings.most_questions or usual, settings.most_waiting)


class Admission:
    """A bounded number of questions at work, and behind them a bounded line, first come first served.

    For threads and event loops alike. Waiting holds no thread.
    """

    def __init__(self, most_questions: int = 64, most_waiting: int = 64) -> None:
        self.most_questions = most_questions
        self._most_waiting = most_waiting
        self._lock = threading.Lock()
        self._at_work: set[Place] = set()
        self._line: deque[Place] = deque()
        self._refused = 0
        self._leaving = False
        self._stopping = False

    @property
    def stopping(self) -> bool:
        return self._stopping

    def counts(self) -> Counts:
        with self._lock:
            return Counts(len(self._at_work), len(self._line), self._refused)

    def enter(self) -> Place:
        """A place, at work or in the line; to be given back by `leave`. Raises `TooBusy`, `Stopping`."""
        place = Place()
        with self._lock:
            self.check()
            if len(self._at_work) < self.most_questions:
                self._at_work.add(place)
                place.granted.set_result(None)
            elif len(self._line) < self._most_waiting:
                self._line.append(place)
            else:
                self._refused += 1
                raise _too_busy()
        return place

    def leave(self, place: Place) -> None:
        """The question has ended, or nobody waits for it any more; the next one begins."""
        with self._lock:
            self._at_work.discard(place)
            with suppress(ValueError):
                self._line.remove(place)
            while self._line and len(self._at_work) < self.most_questions:
                following = self._line.popleft()
                self._at_work.add(following)
                following.granted.set_result(None)

    async def granted(self, is_gone: Callable[[], Awaitable[bool]]) -> Place:
        """A place at work. Raises `Stopping`, and `TooBusy`, also after a long wait or when whoever asked `is_gone`."""
        place = self.enter()
        try:
            turn = asyncio.wrap_future(place.granted)
            for _ in range(int(LONGEST_WAIT_SECONDS / _LOOK_SECONDS)):
                if turn.done() or (await asyncio.wait({turn}, timeout=_LOOK_SECONDS))[0]:
                    turn.result()
                    return place
                if await is_gone():
                    break
            self._count_refusal()
            raise _too_busy()
        except (TooBusy, asyncio.CancelledError):
            self.leave(place)
            raise

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Counts a question at work that others have admitted, within bounds of their own."""
        place = Place()
        with self._lock:
            self._at_work.add(place)
        try:
            yield
        finally:
            self.leave(place)

    def check(self) -> None:
        """Raises `Stopping` once no question may begin."""
        if self._stopping:
            raise _stopping()

    def check_staying(self) -> None:
        """Raises `Stopping` as soon as people should be sent elsewhere, though questions may still begin."""
        if self._leaving:
            raise _stopping()

    def announce_stop(self) -> None:
        """Say from now on that the end is near."""
        self._leaving = True

    def stop(self) -> None:
        """Begin no question from now on; those in the line are turned away."""
        with self._lock:
            self._leaving = self._stopping = True
            left, self._line = self._line, deque()
        for place in left:
            place.granted.set_exception(_stopping())

    def interrupt(self) -> None:
        """End the answers that are still being given."""
        with self._lock:
            interrupts = [place.interrupt for place in self._at_work if place.interrupt is not None]
        for interrupt in interrupts:
            interrupt()

    def _count_refusal(self) -> None:
        with self._lock:
            self._refused += 1


def _too_busy() -> TooBusy:
    return TooBusy("Too many questions at the moment. Try again in a few seconds.", retry_after=RETRY_SECONDS)


def _stopping() -> Stopping:
    return Stopping("The service is being stopped. Try again in a few seconds.", retry_after=RETRY_SECONDS)
