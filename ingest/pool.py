"""Children in which files are read, as many at once as the machine has cores."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

from index.document import Audience, DocumentDraft
from index.errors import ItemRejected
from ingest.block import Reading
from ingest.child import Child
from ingest.limits import Limits
from ingest.options import ReadOptions
from ingest.origin import Origin

MOST_CHILDREN = 4
WORN_OUT = 512 << 20
"""Bytes of memory after whose use a child is replaced, so that one large file does not count against the next."""
_PROGRAM = "ingest.reading_child"

_Call = tuple[str, tuple[object, ...], dict[str, object]]
"""A task's name for people, its arguments and its keywords."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What one task took: seconds by the clock, and the most bytes of memory its child has held so far."""

    name: str
    seconds: float
    memory: int


class Pool:
    """Reads files and drafts documents in child processes. A file that kills its child costs that file alone."""

    def __init__(self, size: int | None = None, limits: Limits = Limits()) -> None:
        """`size`: children at once; by default one for each core, `MOST_CHILDREN` at most. They start when needed."""
        self.efforts: list[Effort] = []
        self._limits = limits
        size = size or min(MOST_CHILDREN, os.cpu_count() or 1)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="reading")
        self._children: list[Child] = []
        self._closed = False
        self._own = threading.local()
        self._lock = threading.Lock()

    def read(self, files: Sequence[tuple[bytes, str]], options: ReadOptions) -> list[Reading | ItemRejected]:
        """The reading of each file, given as content and name, or why there is none."""
        answers = self._map("read", [(name, (data, name, options), {}) for data, name in files])
        return cast("list[Reading | ItemRejected]", answers)

    def draft(
        self, readings: Sequence[tuple[Reading, Origin]], audience: Audience, collection: str
    ) -> list[DocumentDraft | ItemRejected]:
        """The document that each reading makes, or why it makes none."""
        labels: dict[str, object] = {"audience": audience, "collection": collection}
        answers = self._map("draft", [(origin.name, (reading, origin), labels) for reading, origin in readings])
        return cast("list[DocumentDraft | ItemRejected]", answers)

    def close(self) -> None:
        """End the children, whatever they are at; tasks under way fail."""
        with self._lock:
            self._closed = True
            children = self._children
        for child in children:
            child.end()
        self._threads.shutdown(cancel_futures=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _map(self, task: str, calls: Sequence[_Call]) -> list[object]:
        return list(self._threads.map(lambda call: self._call(task, *call), calls))

    def _call(self, task: str, name: str, arguments: tuple[object, ...], keywords: dict[str, object]) -> object:
        child = self._child()
        started = time.perf_counter()
        answer, memory = child.ask((task, arguments, keywords))
        with self._lock:
            self.efforts.append(Effort(name, time.perf_counter() - started, memory))
        if memory > WORN_OUT:
            child.end()
        return answer

    def _child(self) -> Child:
        """The calling thread's own, alive."""
        child: Child | None = getattr(self._own, "child", None)
        if child is None or not child.is_alive():
            with self._lock:
                if self._closed:
                    raise RuntimeError("the pool is closed")
                child = Child(_PROGRAM, self._limits)
                self._children = [*(each for each in self._children if each.is_alive()), child]
            self._own.child = child
        return child
