"""Lines that tell a value; apart from `ingest.lines`, which needs the names of months, so that this loads at once."""

from __future__ import annotations

import re

_KEY_VALUE = re.compile(r"^[^:]{2,40}:\s+\S|[^\s@]+@[^\s@]+\.\w|https?://")


def tells_value(line: str) -> bool:
    """Whether the line says a thing and its value ("Room: 12"), or an address: not only what a value is of."""
    return _KEY_VALUE.search(line) is not None
