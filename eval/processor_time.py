"""Processor time that a process has used, as the system counts it."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_OWN = slice(11, 13)
_OWN_AND_ENDED = slice(11, 15)
"""utime and stime, and cutime and cstime after them: fields 14 to 17 of proc(5)'s stat."""


def own_seconds(pid: int) -> float:
    """User and system time of the process, without its children's."""
    return _ticks(pid, _OWN) / _TICKS


def whole_seconds(pid: int) -> float:
    """With that of its children, whether they have ended or not."""
    try:
        used = _ticks(pid, _OWN_AND_ENDED) / _TICKS
        listed = [task.read_text("ascii").split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it ended while its siblings were counted: its parent's time holds it from now on
    return used + sum(whole_seconds(int(child)) for children in listed for child in children)


def _ticks(pid: int, fields: slice) -> int:
    after_name = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, after_name[fields]))
