"""Folders watched for changes, by looking again and again.

Polling, not the kernel's notices (watchfiles): offices keep their documents on network shares, where no notice comes
when another machine writes. A look at 10,000 files takes well under a second.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence

from index.document import Audience
from index.library import Known, Library
from ingest.described import described
from ingest.files import find_items
from ingest.gone import gone_documents, path_of
from ingest.item import Item
from ingest.origin import Origin
from ingest.report import IngestReport

INTERVAL_SECONDS = 2.0
"""A file is taken in when it has not changed for at least this long: before, somebody may still be writing it."""

Stamp = tuple[int, int, int, str]
Changes = tuple[list[Item], dict[str, Known]]


def watch(
    paths: Sequence[str],
    library: Library,
    take_in: Callable[[Sequence[Item], dict[str, Known]], IngestReport],
    stopped: threading.Event,
    *,
    audience: Audience,
    interval_seconds: float = INTERVAL_SECONDS,
) -> Iterator[IngestReport]:
    """A report whenever something has changed, until `stopped` is set. The first one covers all that is there.

    A sidecar that changes makes the files change that it is about; `audience` is the one that `take_in` gives them.
    """
    folders = _Watched(paths, library, audience)
    while not stopped.is_set():
        items, gone = folders.look()
        if items or gone:
            yield take_in(items, gone)
        stopped.wait(interval_seconds)


class _Watched:
    """What the folders held at the last look, and what of it was taken in."""

    def __init__(self, paths: Sequence[str], library: Library, audience: Audience) -> None:
        self._paths = paths
        self._library = library
        self._audience = audience
        self._seen: dict[str, Stamp | None] = {}
        self._taken: dict[str, Stamp | None] = {}
        self._named: set[str] = set()
        self._looks = 0

    def look(self) -> Changes:
        """Items that are new or changed and have come to rest, and documents that are newly gone."""
        items = described(find_items(self._paths), self._audience)
        now = {item.origin.source: _stamp(item.origin) for item in items}
        before, self._seen = self._seen, now
        self._looks += 1
        if self._looks == 1:
            return [], {}
        rested = [item for item in items if _is_new(item, now, self._taken) and not _is_new(item, now, before)]
        self._taken.update((item.origin.source, now[item.origin.source]) for item in rested)
        return rested, self._gone(now, before)

    def _gone(self, now: dict[str, Stamp | None], before: dict[str, Stamp | None]) -> dict[str, Known]:
        """Gone at two looks: programs that save a file may take the old one away a moment before."""
        lost = self._taken.keys() - now.keys() - before.keys()
        if not lost and self._looks > 2:
            return {}
        for source in lost:
            del self._taken[source]
        self._named -= now.keys()
        self._named &= self._library.known(list(self._named)).keys()
        gone = gone_documents(self._paths, now.keys() | before.keys(), self._library)
        new = {source: known for source, known in gone.items() if source not in self._named}
        self._named |= new.keys()
        return new


def _is_new(item: Item, now: dict[str, Stamp | None], then: dict[str, Stamp | None]) -> bool:
    source = item.origin.source
    return source not in then or then[source] != now[source]


def _stamp(origin: Origin) -> Stamp | None:
    """Changes whenever the file does, the archive that holds it, or what is said of it; None for what is no file."""
    path = path_of(origin.source)
    try:
        status = os.stat(path) if path is not None else None
    except (OSError, ValueError):
        return None
    return status and (status.st_size, status.st_mtime_ns, status.st_ctime_ns, origin.stated.key())
