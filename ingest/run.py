"""One run of an ingest: what has become of each item so far, and what is to be stored next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from index.document import Audience, DocumentDraft
from index.errors import InvalidRequest, ItemRejected, NotFound
from index.postgresql import NOT_STORABLE
from ingest.block import Reading
from ingest.item import GONE, Item, NotModified
from ingest.moves import Moves
from ingest.near_duplicates import with_fingerprint
from ingest.options import ReadOptions
from ingest.origin import Origin, content_hash
from ingest.pool import Pool
from ingest.report import ItemResult
from ingest.shared_frame import SharedFrames
from ingest.storable import storable_draft
from ingest.waiting import Waiting

if TYPE_CHECKING:
    from index.embedded import EmbeddedDrafts
    from index.index import Index
    from index.library import Known, Library
    from index.originals import Originals

BATCH_FILES = 32
BATCH_BYTES = 64 << 20
"""Files read together: whichever comes first. A shared frame shows among a few, and they must fit in memory."""
BATCH_CHARACTERS = 270_000
"""Handed to the index together; about 300 passages sorted by length fill the cores."""

Progress = Callable[[int, int], None]
Settled = Callable[[str, ItemResult], None]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Labels:
    audience: Audience
    collection: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    origin: Origin
    data: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    origin: Origin
    draft: DocumentDraft


class Run:
    """One call of `ingest`: its settings and what has become of each file so far, by source."""

    def __init__(
        self, index: Callable[[], Index], known: Mapping[str, Known], moves: Moves, frames: SharedFrames,
        labels: Labels, originals: Originals | None, *, progress: Progress, settled: Settled, total: int,
    ) -> None:  # fmt: skip
        """`settled(source, result)` is told of each item once its result stands, by one thread at a time."""
        self.results: dict[str, ItemResult] = {}
        self._frames = frames
        self._index = index
        self._known = known
        self._moves = moves
        self._labels = labels
        self._originals = originals
        self._progress = progress
        self._settled = settled
        self._total = total
        self._lock = threading.Lock()
        progress(0, total)

    def prepared(self, items: Sequence[Item], pool: Pool, options: ReadOptions) -> Iterator[list[Prepared]]:
        """The documents of the new and changed files, in groups to be stored; the others are settled on the way."""
        waiting = Waiting[_Loaded](self._frames, lambda file: file.origin.source)
        for batch in self._loaded(items):
            readings = self._kept(batch, pool.read([(file.data, file.origin.name) for file in batch], options))
            yield from self._drafted(waiting.strip(readings), pool)
        yield from self._drafted(waiting.rest(), pool)

    def _drafted(self, readings: Sequence[tuple[_Loaded, Reading]], pool: Pool) -> Iterator[list[Prepared]]:
        tasks = [(reading, file.origin) for file, reading in readings]
        outcomes = pool.draft(tasks, self._labels.audience, self._labels.collection)
        drafts = self._kept([file for file, _ in readings], outcomes)
        yield from _grouped([Prepared(file.origin, self._complete(file, draft)) for file, draft in drafts])

    def embedded(self, batch: Sequence[Prepared]) -> EmbeddedDrafts:
        """The batch with all that the library lacks for it, to be stored."""
        return self._index().embedded([each.draft for each in batch])

    def store(self, batch: Sequence[Prepared], embedded: EmbeddedDrafts, *, again: bool = False) -> None:
        """Put a batch into the library and settle its files. What no database can keep fails alone.

        `again`: each of a batch that failed by itself; those before the one at fault are in the library already.
        """
        try:
            added = self._index().put(embedded)
        except InvalidRequest as error:
            if error.code != NOT_STORABLE:
                raise
            if len(batch) > 1:
                for each in batch:
                    self.store([each], self.embedded([each]), again=True)
            else:
                self._fail(batch[0].origin, ItemRejected(error.message, code=NOT_STORABLE))
            return
        for prepared, stored in zip(batch, added, strict=True):
            origin, status = prepared.origin, stored.status
            if again and status == "unchanged":
                status = "updated" if origin.source in self._known else "added"
            self._settle(origin.source, ItemResult(origin.uri, status, stored.document_id))

    def tell_gone(self) -> None:
        """Settle the documents whose files have left their folders and are found nowhere else."""
        for source, known in self._moves.left().items():
            error = ItemRejected("The file is gone, but the library still holds it; --prune removes it.", code=GONE)
            self._settle(source, ItemResult(known.uri, "missing", known.document_id, error))

    def prune(self, library: Library) -> None:
        """Remove from the library what is missing, each document in one transaction."""
        for source, result in list(self.results.items()):
            if result.status == "missing" and result.document_id is not None:
                with suppress(NotFound):  # somebody was faster
                    library.remove(result.document_id)
                self._settle(source, ItemResult(result.uri, "removed", result.document_id))

    def _loaded(self, items: Sequence[Item]) -> Iterator[list[_Loaded]]:
        batch: list[_Loaded] = []
        for item in items:
            try:
                file = self._load(item)
            except ItemRejected as error:
                self._fail(item.origin, error)
                continue
            if file is None:
                continue
            batch.append(file)
            if len(batch) >= BATCH_FILES or sum(len(each.data) for each in batch) >= BATCH_BYTES:
                yield batch
                batch = []
        if batch:
            yield batch

    def _load(self, item: Item) -> _Loaded | None:
        """The item's bytes, or None when the library holds just this version of it."""
        try:
            data = item.load()
        except NotModified:
            held = self._known[item.origin.source]
            self._settle(item.origin.source, ItemResult(item.origin.uri, "unchanged", held.document_id))
            return None
        origin = replace(item.origin, content_hash=content_hash(data, item.origin.stated))
        known = self._known.get(origin.source)
        if known is None:
            self._moves.follow(origin)
        elif self._is_unchanged(known, origin):
            self._settle(origin.source, ItemResult(origin.uri, "unchanged", known.document_id))
            return None
        return _Loaded(origin, data)

    def _kept(self, files: Sequence[_Loaded], outcomes: Sequence[_T | ItemRejected]) -> list[tuple[_Loaded, _T]]:
        """The files that something came of; the others have failed."""
        kept: list[tuple[_Loaded, _T]] = []
        for file, outcome in zip(files, outcomes, strict=True):
            if isinstance(outcome, ItemRejected):
                self._fail(file.origin, outcome)
            else:
                kept.append((file, outcome))
        return kept

    def _complete(self, file: _Loaded, draft: DocumentDraft) -> DocumentDraft:
        """The draft under the labels of this run, with its original if it is to be kept."""
        original = self._originals.stage(file.data, draft.type) if self._originals is not None else None
        return replace(self._labelled(file.origin, draft), original=original)

    def _labelled(self, origin: Origin, draft: DocumentDraft) -> DocumentDraft:
        """The draft under the labels of this run: a child that a file has taken over cannot choose them."""
        return replace(
            with_fingerprint(storable_draft(draft)),
            source=origin.source,
            uri=origin.uri,
            content_hash=origin.content_hash,
            audience=origin.stated.narrowed(self._labels.audience),
            collection=origin.stated.collection or self._labels.collection,
        )

    def _is_unchanged(self, known: Known, origin: Origin) -> bool:
        held = (known.content_hash, known.audience, known.collection)
        stated, labels = origin.stated, self._labels
        return held == (origin.content_hash, stated.narrowed(labels.audience), stated.collection or labels.collection)

    def _fail(self, origin: Origin, error: ItemRejected) -> None:
        known = self._known.get(origin.source)
        if error.code == GONE and known is not None:
            self._settle(origin.source, ItemResult(origin.uri, "missing", known.document_id, error))
        else:
            self._settle(origin.source, ItemResult(origin.uri, "failed", None, error))

    def _settle(self, source: str, result: ItemResult) -> None:
        with self._lock:
            self.results[source] = result
            self._settled(source, result)
            self._progress(min(len(self.results), self._total), self._total)


def _grouped(documents: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """Groups of about `BATCH_CHARACTERS`."""
    group: list[Prepared] = []
    for document in documents:
        group.append(document)
        if sum(len(each.draft.text) for each in group) >= BATCH_CHARACTERS:
            yield group
            group = []
    if group:
        yield group
