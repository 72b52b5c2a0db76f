"""Files into the library: what is new or changed is read, split and added; the rest is passed over quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from index.document import Audience
from index.frames import Frames
from ingest.described import described
from ingest.files import Addresses, find_items
from ingest.options import ReadOptions
from ingest.pool import Pool
from ingest.report import IngestReport, ItemResult
from ingest.run import Labels, Prepared, Progress, Run
from ingest.shared_frame import SharedFrames

if TYPE_CHECKING:
    from index.index import Index
    from index.library import Library

__all__ = ["IngestReport", "ItemResult", "ingest"]


def ingest(
    paths: Sequence[str],
    index: Callable[[], Index],
    library: Library,
    *,
    audience: Audience,
    collection: str = "default",
    options: ReadOptions = ReadOptions(),
    pool: Pool | None = None,
    progress: Progress | None = None,
    web: Addresses | None = None,
    prune: bool = False,
) -> IngestReport:
    """Bring every file under `paths` into the library; a file that cannot be read never stops the rest.

    `audience` and `collection` hold where no sidecar says otherwise; a sidecar never widens the audience.
    Files are read in the children of `pool`, or in a pool of this call's own, while those before them are embedded.
    `index` is called only when something must be embedded, so that a run over unchanged files loads no model. A file
    counts as done, for `progress(done, total)` and in the report, only after the library holds it. `web` finds the
    pages of addresses among the paths. What is gone from where it was stays in the library and fails, but with `prune`
    it is removed. A page that is added alone is compared with what earlier runs have learned of its site.
    """
    items = described(find_items(paths, web), audience)
    known = library.known([item.origin.source for item in items])
    frames = SharedFrames(Frames(library.engine, audience))
    run = Run(index, known, frames, Labels(audience, collection), progress or _silent, len(items))
    reading = pool or Pool()
    try:
        _store_while_reading(run, run.prepared(items, reading, options))
        frames.save()
    finally:
        if pool is None:
            reading.close()
    if prune:
        run.prune(library)
    return IngestReport(tuple(run.results[item.origin.source] for item in items))


def _store_while_reading(run: Run, batches: Iterator[list[Prepared]]) -> None:
    """One batch is embedded and stored while the children read the next."""
    with ThreadPoolExecutor(1, thread_name_prefix="preparing") as beside:
        following = beside.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = beside.submit(next, batches, None)
            run.store(batch)


def _silent(done: int, total: int) -> None:
    """The progress nobody watches."""
