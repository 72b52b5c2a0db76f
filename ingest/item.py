"""One thing to ingest, before its bytes are had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from index.errors import ItemRejected, MissiondeskError
from ingest.origin import Origin

GONE = "gone"
"""The code of what is no longer where it was, while the library holds it: the one code that pruning acts on."""


class NotModified(MissiondeskError):
    """Raised by `load` instead of giving bytes when the library holds just this version, read in just this way."""

    code = "not_modified"


@dataclass(frozen=True, slots=True)
class Item:
    """Where it comes from, and how to get its bytes.

    `load` is called once and only when the item's turn has come; it raises ItemRejected when the bytes cannot be had,
    also for what was named and is not there, and NotModified when there is no need for them.
    """

    origin: Origin
    load: Callable[[], bytes]

    @classmethod
    def refused(cls, origin: Origin, problem: ItemRejected) -> Item:
        """One that was named and cannot be had: its turn brings the problem."""
        return cls(origin, partial(_refuse, problem))


def _refuse(problem: ItemRejected) -> NoReturn:
    raise problem
