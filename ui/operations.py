"""What people who run the server need of it: bounds, counters, readiness, traces."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from assistant.assistant import Assistant
from assistant.settings import Settings
from ui.admission import Admission, open_admission
from ui.intake import Intake
from ui.metrics import Metrics
from ui.readiness import Readiness, open_readiness

if TYPE_CHECKING:
    from ui.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Operations:
    """One for each application."""

    settings: Settings
    admission: Admission
    metrics: Metrics
    readiness: Readiness
    tracing: Tracing | None


def open_operations(settings: Settings, assistant: Assistant, intake: Intake | None = None) -> Operations:
    """Raises `InvalidSetting` where traces are to be sent and the packages for it are not installed."""
    admission = open_admission(settings)
    metrics = Metrics(admission, lambda: assistant.index.standing(), intake.jobs.counts if intake else None)
    # Half a second of imports that only traces need.
    tracing = import_module("ui.tracing").open_tracing(settings.otel_endpoint) if settings.otel_endpoint else None
    return Operations(settings, admission, metrics, open_readiness(assistant, admission, settings), tracing)


def listen(operations: Operations, assistant: Assistant) -> None:
    """Count, and trace, what is measured on the way of each question."""
    listeners = assistant.index.measures.listeners
    listeners.append(operations.metrics)
    if operations.tracing is not None:
        listeners.append(operations.tracing)
