"""One thing to ingest, before its bytes are had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.origin import Origin


@dataclass(frozen=True, slots=True)
class Item:
    """Where it comes from, and how to get its bytes.

    `load` is called once and only when the item's turn has come; it raises ItemRejected when the bytes cannot be had,
    also for what was named and is not there.
    """

    origin: Origin
    load: Callable[[], bytes]
