"""A process that works on jobs and answers nobody."""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

from assistant.settings import Settings
from assistant.wiring import open_index
from ui.console import remark
from ui.intake import open_intake
from ui.logs import configure_logs

_PARKING_SECONDS = 15.0
"""How long the item under way may take when the process is told to stop; then it is read again by the next worker."""
_log = logging.getLogger("missiondesk.server")


def work(settings: Settings) -> None:
    """Work on jobs until told to stop. Raises `LibraryUnusable`, `ModelUnavailable`."""
    stopped = threading.Event()
    index = open_index(settings)
    configure_logs(settings.log_format)
    worker = open_intake(settings, index, gives_way=False).worker

    def end(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    worker.start()
    remark("Working on jobs (Ctrl+C stops).")
    stopped.wait()
    _log.info("stopping")
    if not worker.stop(_PARKING_SECONDS):
        # A thread that computes would hold the process; the library survives worse.
        logging.shutdown()
        os._exit(0)
    index.close()
