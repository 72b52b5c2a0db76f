"""The server's log on standard error: one JSON object a line, or a line for people."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_KEPT_FRAMES = 12


class JsonLines(logging.Formatter):
    """Formats a record with its extra fields as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields_of(record), ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """Formats the same for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        head = [str(fields.pop(name)) for name in ("time", "level", "logger", "event")]
        frames = fields.pop("at", [])
        line = " ".join([*head, *(f"{name}={_told(value)}" for name, value in fields.items())])
        return "\n    ".join([line, *(frames if isinstance(frames, list) else [])])


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """What is told of a record.

    An exception is told by its class and the places it passed, without its message: that may hold a question, or words
    of an internal document.
    """
    fields: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": record.getMessage(),
    }
    fields.update({key: value for key, value in vars(record).items() if key not in _PLAIN})
    if record.exc_info and record.exc_info[0] is not None:
        frames = traceback.extract_tb(record.exc_info[2])[-_KEPT_FRAMES:]
        fields["error"] = record.exc_info[0].__name__
        fields["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return fields


_FORMATTERS: Mapping[str, type[logging.Formatter]] = {"json": JsonLines, "text": TextLines}


def configure_logs(log_format: Literal["json", "text"] = "json") -> None:
    """Send every logger's lines, uvicorn's included, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_FORMATTERS[log_format]())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("missiondesk").setLevel(logging.INFO)


def _told(value: object) -> str:
    """Nothing that a value holds can look like another line or field."""
    return json.dumps(value, ensure_ascii=False, default=str) if not isinstance(value, int | float) else str(value)
