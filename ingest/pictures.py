"""Pictures of the pages of PDFs, drawn in a child process that a file may kill, one at a time, and kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import cast

from index.document import Original
from index.errors import ItemRejected, NotFound, TooBusy
from index.originals import Originals
from ingest.child import Child
from ingest.limits import MOST_PAGES, Limits
from ingest.pool import WORN_OUT

LIMITS = Limits(seconds=15.0, processor_seconds=10)
"""A full page takes a tenth of a second; a plan of a city some seconds."""
KEPT_BYTES = 32 << 20
MOST_WAITING = 8
"""Requests that may wait for the child; further ones are told to come back."""
_RETRY_SECONDS = 2
_PROGRAM = "ingest.picture_child"


@dataclass(frozen=True, slots=True)
class Picture:
    """WebP; `marks` counts the places at which the quote is marked."""

    data: bytes
    marks: int


_Key = tuple[str, int, str, int]


class Pictures:
    """Draws pages of originals. Safe for several threads; no process is started before the first page."""

    def __init__(self, limits: Limits = LIMITS, kept_bytes: int = KEPT_BYTES) -> None:
        self._limits = limits
        self._kept_bytes = kept_bytes
        self._kept: OrderedDict[_Key, Picture | None] = OrderedDict()
        self._memory = threading.Lock()
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING + 1)
        self._child: Child | None = None

    def page(self, originals: Originals, original: Original, number: int, quote: str, width: int) -> Picture:
        """The page, `width` pixels wide, with the quote marked if at least half of it is found.

        Raises `NotFound` where there is no such page, or none that can be drawn; `TooBusy`.
        """
        key = (original.sha256, number, quote, width)
        if not 1 <= number <= MOST_PAGES:
            raise NotFound("There is no such page.")
        with self._memory:
            is_kept = key in self._kept
            picture = self._kept.get(key)
            if is_kept:
                self._kept.move_to_end(key)
        if not is_kept:
            picture = self._drawn(key, originals, original)
        if picture is None:
            raise NotFound("There is no picture of this page.")
        return picture

    def close(self) -> None:
        """End the child; a picture that is being drawn is not finished."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _drawn(self, key: _Key, originals: Originals, original: Original) -> Picture | None:
        if not self._places.acquire(blocking=False):
            raise TooBusy("Too many pages are being drawn. Try again in a moment.", retry_after=_RETRY_SECONDS)
        try:
            data = originals.read(original)
            with self._turn:
                picture = self._asked(data, *key[1:])
        finally:
            self._places.release()
        self._keep(key, picture)
        return picture

    def _asked(self, data: bytes, number: int, quote: str, width: int) -> Picture | None:
        """None where the file, or the page, cannot be drawn: it will not be on another day either."""
        if self._child is None or not self._child.is_alive():
            self._child = Child(_PROGRAM, self._limits)
        answer, memory = self._child.ask(("picture", (data, number, quote, width), {}))
        if memory > WORN_OUT:
            self._child.end()
        if isinstance(answer, ItemRejected):
            return None
        content, marks = cast("tuple[bytes, int]", answer)
        return Picture(content, marks)

    def _keep(self, key: _Key, picture: Picture | None) -> None:
        with self._memory:
            self._kept[key] = picture
            while len(self._kept) > 1 and sum(map(_weight, self._kept.values())) > self._kept_bytes:
                self._kept.popitem(last=False)


def _weight(picture: Picture | None) -> int:
    return 500 + (len(picture.data) if picture else 0)
