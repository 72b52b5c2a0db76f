"""How the server ends: no new questions, the answers under way, then everything else."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from ui.admission import Admission

DRAIN_SECONDS = 15.0
"""How long answers that are being written may go on; those that take longer end with an error."""
_LAST_WORDS_SECONDS = 1.0

_log = logging.getLogger("missiondesk.server")


class StoppableServer(uvicorn.Server):
    """On a signal it refuses questions, and reports that it is not ready, while answers are written to their end.

    It goes on listening meanwhile: a proxy learns from it that it must send people elsewhere, and they are told when to
    come again. A second signal ends the process at once.
    """

    def __init__(self, config: uvicorn.Config, admission: Admission, park: Callable[[], None]) -> None:
        """`park` is called first; it must not wait."""
        super().__init__(config)
        self._admission = admission
        self._park = park
        self._told: float | None = None
        self._interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The signal is not passed on at the end, as uvicorn does: a server that did as it was told exits with 0."""
        if self._told is not None:
            signal.signal(sig, signal.SIG_DFL)
            os.kill(os.getpid(), sig)
            return
        self._told = time.monotonic()

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; returns whether to end."""
        if await super().on_tick(counter):
            return True
        if self._told is None:
            return False
        if not self._admission.stopping:
            self._park()
            self._admission.stop()
            _log.info("stopping", extra={"at_work": self._admission.counts().at_work})
        if not self._admission.counts().at_work:
            return True
        waited = time.monotonic() - self._told
        if waited >= DRAIN_SECONDS and not self._interrupted:
            self._interrupted = True
            self._admission.interrupt()
        return waited >= DRAIN_SECONDS + _LAST_WORDS_SECONDS
