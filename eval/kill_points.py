"""`missiondesk` that kills itself at a named point: `python -m eval.kill_points POINT CALL ARGUMENTS…`.

A timer rarely meets the milliseconds in which most can go wrong. Here the process dies as by `kill -9`, before or
after the named function, when it is called for the CALL-th time.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any


@dataclass(frozen=True, slots=True)
class KillPoint:
    """A function by module and dotted name; the process dies before it runs, or after."""

    module: str
    name: str
    after: bool = False


POINTS = {
    "files read": KillPoint("ingest.pool", "Pool.read", after=True),
    "documents drafted": KillPoint("ingest.pool", "Pool.draft", after=True),
    "passages embedded": KillPoint("index.index", "Index.embedded", after=True),
    "before a document's transaction": KillPoint("index.library", "Library.put"),
    "earlier version deleted": KillPoint("index.draft_rows", "put_embeddings"),
    "vectors written": KillPoint("index.draft_rows", "put_embeddings", after=True),
    "before passages are written": KillPoint("index.draft_rows", "_passage_values", after=True),
    "document committed": KillPoint("index.library", "Library.put", after=True),
    "generation begun": KillPoint("index.generations", "build"),
    "generation built": KillPoint("index.generations", "build", after=True),
    "generation named": KillPoint("index.generations", "Generations._point_at"),
    "pointer renamed": KillPoint("index.generations", "Generations._point_at", after=True),
}


def main(arguments: Sequence[str]) -> None:
    point, call, *rest = arguments
    arm(POINTS[point], int(call))
    sys.argv = ["missiondesk", *rest]
    (program,) = entry_points(group="console_scripts", name="missiondesk")
    program.load()()


def arm(point: KillPoint, call: int) -> None:
    """From now on the named function's `call`-th call, counted from 1, is this process's last."""
    *path, name = point.name.split(".")
    owner: Any = import_module(point.module)
    for part in path:
        owner = getattr(owner, part)
    original: Callable[..., Any] = getattr(owner, name)
    calls = 0

    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and not point.after:
            _die()
        result = original(*args, **kwargs)
        if calls == call:
            _die()
        return result

    setattr(owner, name, deadly)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
