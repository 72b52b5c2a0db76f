"""Folders brought into the library as they are now: files that moved are followed, those that are gone are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from index.document import Audience
from index.errors import NotFound
from index.library import Known, Library
from ingest.files import find_items
from ingest.gone import gone_documents
from ingest.item import Item
from ingest.moves import follow_moves
from ingest.options import ReadOptions
from ingest.pipeline import Progress, ingest_items
from ingest.report import IngestReport, ItemResult

if TYPE_CHECKING:
    from index.index import Index


def ingest_folders(
    paths: Sequence[str],
    index: Callable[[], Index],
    library: Library,
    *,
    audience: Audience,
    collection: str = "default",
    options: ReadOptions = ReadOptions(),
    progress: Progress | None = None,
    prune: bool = False,
) -> IngestReport:
    """`ingest` that also sees what has left the folders among `paths`.

    A document whose file is gone is reported as `missing` and stays, or with `prune` is removed, after everything new
    stands. A file that moved within them keeps its document, and is reported as `updated`.
    """
    items = find_items(paths)
    gone = gone_documents(paths, [item.origin.source for item in items], library)
    return ingest_changes(
        items, gone, index, library,
        audience=audience, collection=collection, options=options, progress=progress, prune=prune,
    )  # fmt: skip


def ingest_changes(
    items: Sequence[Item],
    gone: Mapping[str, Known],
    index: Callable[[], Index],
    library: Library,
    *,
    audience: Audience,
    collection: str = "default",
    options: ReadOptions = ReadOptions(),
    progress: Progress | None = None,
    prune: bool = False,
) -> IngestReport:
    """The same for items that are found, and documents that are gone, already."""
    moved = follow_moves(items, gone, library)
    report = ingest_items(
        items, index, library, audience=audience, collection=collection, options=options, progress=progress
    )
    results = [
        replace(result, status="updated") if item.origin.source in moved and result.status == "unchanged" else result
        for item, result in zip(items, report.items, strict=True)
    ]
    left = [known for source, known in gone.items() if source not in moved.values()]
    return IngestReport((*results, *(_settled(known, library, prune) for known in left)))


def _settled(known: Known, library: Library, prune: bool) -> ItemResult:
    if prune:
        with suppress(NotFound):  # somebody else was faster
            library.remove(known.document_id)
    return ItemResult(known.uri, "removed" if prune else "missing", known.document_id)
