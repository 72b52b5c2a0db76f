"""Files into the library: what is new or changed is read, split and added; the rest is passed over quickly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from index.document import Audience, DocumentDraft
from index.errors import ItemRejected
from ingest.files import find_items
from ingest.item import Item
from ingest.options import ReadOptions
from ingest.origin import Origin, content_hash
from ingest.report import IngestReport, ItemResult

if TYPE_CHECKING:
    from index.index import Index
    from index.library import Known, Library
    from ingest.block import Reading

__all__ = ["IngestReport", "ItemResult", "ingest", "ingest_items"]

BATCH_DOCUMENTS = 32
BATCH_CHARACTERS = 270_000
"""A batch is handed to the index at whichever comes first; about 300 passages sorted by length fill the cores."""

Progress = Callable[[int, int], None]
Settled = Callable[[Origin, ItemResult], None]


class _Preparation(Protocol):
    def read_file(self, data: bytes, origin: Origin, options: ReadOptions) -> Reading: ...

    def prepare(
        self, origins: Sequence[Origin], readings: Sequence[Reading], *, audience: Audience, collection: str
    ) -> list[DocumentDraft | ItemRejected]: ...


def ingest(
    paths: Sequence[str],
    index: Callable[[], Index],
    library: Library,
    *,
    audience: Audience,
    collection: str = "default",
    options: ReadOptions = ReadOptions(),
    progress: Progress | None = None,
) -> IngestReport:
    """Bring every file under `paths` into the library; a file that cannot be read never stops the rest.

    `index` is called only when something must be embedded, so that a run over unchanged files loads no model. A file
    counts as done, for `progress(done, total)` and in the report, only after the library holds it.
    """
    items = find_items(paths)
    return ingest_items(
        items, index, library, audience=audience, collection=collection, options=options, progress=progress
    )


def ingest_items(
    items: Sequence[Item],
    index: Callable[[], Index],
    library: Library,
    *,
    audience: Audience,
    collection: str = "default",
    options: ReadOptions = ReadOptions(),
    progress: Progress | None = None,
    settled: Settled | None = None,
) -> IngestReport:
    """`ingest` for items that are found already. `settled` is told of each item as soon as its result stands."""
    known = library.known([item.origin.source for item in items])
    run = _Run(index, known, audience, collection, options, progress or _silent, settled or _unheard, len(items))
    for batch in run.batches(items):
        run.store(batch)
    return IngestReport(tuple(run.results[item.origin.source] for item in items))


@dataclass(frozen=True, slots=True)
class _ReadFile:
    origin: Origin
    reading: Reading


class _Run:
    """One call of `ingest`: its settings and what has become of each file so far, by source."""

    def __init__(
        self,
        index: Callable[[], Index],
        known: dict[str, Known],
        audience: Audience,
        collection: str,
        options: ReadOptions,
        progress: Progress,
        settled: Settled,
        total: int,
    ) -> None:
        self.results: dict[str, ItemResult] = {}
        self._index = index
        self._known = known
        self._audience = audience
        self._collection = collection
        self._options = options
        self._progress = progress
        self._settled = settled
        self._total = total
        progress(0, total)

    def batches(self, items: Sequence[Item]) -> Iterator[list[_ReadFile]]:
        """The new and changed files, read, in groups; the others are settled on the way."""
        batch: list[_ReadFile] = []
        characters = 0
        for item in items:
            try:
                read = self._read(item)
            except ItemRejected as error:
                self._settle(item.origin, ItemResult(item.origin.uri, "failed", None, error))
                continue
            if read is None:
                continue
            batch.append(read)
            characters += sum(len(block.text) for block in read.reading.blocks)
            if len(batch) >= BATCH_DOCUMENTS or characters >= BATCH_CHARACTERS:
                yield batch
                batch, characters = [], 0
        if batch:
            yield batch

    def store(self, batch: Sequence[_ReadFile]) -> None:
        """Add a batch to the index and settle its files."""
        origins = [read.origin for read in batch]
        prepared = _preparation().prepare(
            origins, [read.reading for read in batch], audience=self._audience, collection=self._collection
        )
        drafts: list[DocumentDraft] = []
        for origin, outcome in zip(origins, prepared, strict=True):
            if isinstance(outcome, ItemRejected):
                self._settle(origin, ItemResult(origin.uri, "failed", None, outcome))
            else:
                drafts.append(outcome)
        if not drafts:
            return
        by_source = {origin.source: origin for origin in origins}
        for draft, stored in zip(drafts, self._index().add(drafts), strict=True):
            self._settle(by_source[draft.source], ItemResult(draft.uri, stored.status, stored.document_id))

    def _read(self, item: Item) -> _ReadFile | None:
        """The item read, or None when the library holds just this version of it."""
        data = item.load()
        origin = replace(item.origin, content_hash=content_hash(data))
        known = self._known.get(origin.source)
        if known is not None and self._is_unchanged(known, origin):
            self._settle(origin, ItemResult(origin.uri, "unchanged", known.document_id))
            return None
        return _ReadFile(origin, _preparation().read_file(data, origin, self._options))

    def _is_unchanged(self, known: Known, origin: Origin) -> bool:
        held = (known.content_hash, known.audience, known.collection)
        return held == (origin.content_hash, self._audience, self._collection)

    def _settle(self, origin: Origin, result: ItemResult) -> None:
        self.results[origin.source] = result
        self._settled(origin, result)
        self._progress(len(self.results), self._total)


def _preparation() -> _Preparation:
    """The readers with their libraries, which take seconds to load: not before a file has changed."""
    return cast(_Preparation, import_module("ingest.preparation"))


def _silent(done: int, total: int) -> None:
    """The progress nobody watches."""


def _unheard(origin: Origin, result: ItemResult) -> None:
    """The results nobody waits for."""
