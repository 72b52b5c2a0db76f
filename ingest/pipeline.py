"""Files into the library: what is new or changed is read, split and added; the rest is passed over quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from index.document import Audience
from index.frames import Frames
from ingest.described import described
from ingest.files import Addresses, find_items
from ingest.gone import gone_documents
from ingest.item import Item
from ingest.limits import limits_for
from ingest.moves import Moves
from ingest.options import ReadOptions
from ingest.pool import Pool
from ingest.report import IngestReport, ItemResult
from ingest.run import Labels, Prepared, Progress, Run, Settled
from ingest.shared_frame import SharedFrames

if TYPE_CHECKING:
    from index.embedded import EmbeddedDrafts
    from index.index import Index
    from index.library import Known, Library

__all__ = ["IngestReport", "ItemResult", "Progress", "ingest", "ingest_items"]


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

    `audience` and `collection` hold where no sidecar says otherwise; a sidecar never widens the audience. `web` finds
    the pages of addresses among the paths. What has left the folders, archives and sites among the paths counts as gone
    (see `ingest_items`); a file that moved within them keeps its document.
    """
    found = find_items(paths, web)
    gone = gone_documents(paths, [item.origin.source for item in found], library)
    return ingest_items(
        described(found, audience), index, library,
        audience=audience, collection=collection, options=options, pool=pool, progress=progress, gone=gone, prune=prune,
    )  # fmt: skip


def ingest_items(
    items: Sequence[Item],
    index: Callable[[], Index],
    library: Library,
    *,
    audience: Audience,
    collection: str = "default",
    options: ReadOptions = ReadOptions(),
    pool: Pool | None = None,
    progress: Progress | None = None,
    settled: Settled | None = None,
    gone: Mapping[str, Known] | None = None,
    prune: bool = False,
) -> IngestReport:
    """`ingest` for items that are found and described already, and documents by source whose files are `gone`.

    Files are read in the children of `pool`, or in a pool of this call's own, while those before them are embedded.
    `index` is called only when something must be embedded, so that a run over unchanged files loads no model. A file
    counts as done, for `progress(done, total)`, `settled(source, result)` and in the report, only when the library
    holds it. A document that is gone is reported as `missing` and stays, but with `prune` it is removed, after all that
    is new stands; it comes last in the report if it was not among the items. A page that is added alone is
    compared with what earlier runs have learned of its site.
    """
    known = library.known([item.origin.source for item in items])
    frames = SharedFrames(Frames(library.engine, audience))
    run = Run(
        index, known, Moves(gone or {}, library), frames, Labels(audience, collection), library.originals,
        progress=progress or _silent, settled=settled or _unheard, total=len(items),
    )  # fmt: skip
    reading = pool or Pool(limits=limits_for(options))
    try:
        _store_while_reading(run, run.prepared(items, reading, options))
        frames.save()
    finally:
        if pool is None:
            reading.close()
    run.tell_gone()
    if prune:
        run.prune(library)
    return IngestReport(tuple(run.results[source] for source in _in_order(items, run)))


def _in_order(items: Sequence[Item], run: Run) -> list[str]:
    return list(dict.fromkeys([*(item.origin.source for item in items), *run.results]))


def _store_while_reading(run: Run, batches: Iterator[list[Prepared]]) -> None:
    """While one batch is embedded, the children read the next, and the one before is stored."""
    with (
        ThreadPoolExecutor(1, thread_name_prefix="preparing") as preparing,
        ThreadPoolExecutor(1, thread_name_prefix="embedding") as embedding,
    ):
        following = preparing.submit(next, batches, None)
        before: tuple[list[Prepared], Future[EmbeddedDrafts]] | None = None
        while (batch := following.result()) is not None:
            following = preparing.submit(next, batches, None)
            beside = embedding.submit(run.embedded, batch)
            if before is not None:
                run.store(before[0], before[1].result())
            before = batch, beside
        if before is not None:
            run.store(before[0], before[1].result())


def _silent(done: int, total: int) -> None:
    """The progress nobody watches."""


def _unheard(source: str, result: ItemResult) -> None:
    """The results nobody waits for."""
