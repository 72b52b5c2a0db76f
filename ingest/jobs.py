"""Works on the jobs of a library, one after the other, in a thread of the server.

The embedding model is the server's own: torch lets other threads run while it computes, so answers go on meanwhile. A
job is safe to begin again, because what is in the library already is recognised by its hash.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from index.document import Audience
from index.errors import InvalidRequest, ItemRejected, LibraryDamaged, LibraryUnusable, MissiondeskError, ModelMismatch
from index.index import Index
from index.job import ItemState, Job, JobItem, NewItem
from index.jobs import WAITING, Jobs
from index.lock import exclusive
from ingest.files import Addresses, find_items
from ingest.item import Item
from ingest.pipeline import ingest_items
from ingest.report import ItemResult
from ingest.uploads import Uploads, file_source

LOCK = "jobs.lock"
KEPT = timedelta(days=30)
"""How long a job that has ended can be looked up, and an uploaded file that failed can be tried again."""
INTERVAL_SECONDS = 1.0
"""How often the queue is looked at; a job of this process's own starts at once."""
TROUBLE_SECONDS = 5.0
"""Wait after the library could not be used: busy, or on a full disk."""
LOW_PRIORITY = 15
"""Of 19: answers have about thirty times the share of a processor that both want."""
_HOUSEKEEPING = timedelta(hours=1)

OpenWeb = Callable[[Audience, str], AbstractContextManager[Addresses]]
"""Gives what finds pages on the web for one job, whose documents have this audience and collection."""

_log = logging.getLogger(__name__)


class Worker:
    """A thread that works on jobs from `start` until `stop`. Of several on one data folder, one works at a time.

    Those on other machines' folders, over the same PostgreSQL library, work on other jobs at the same time.
    """

    def __init__(
        self, index: Index, jobs: Jobs, uploads: Uploads, open_web: OpenWeb, folder: Path, *, gives_way: bool = True
    ) -> None:  # fmt: skip
        """Where it `gives_way`, answers of the same process have the processor first."""
        self._gives_way = gives_way
        self._index = index
        self._jobs = jobs
        self._uploads = uploads
        self._open_web = open_web
        self._lock = folder / LOCK
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._tidied = datetime.min.replace(tzinfo=UTC)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something new in the queue."""
        self._woken.set()

    def park(self) -> None:
        """Begin nothing more; what is left of the job under way is taken up by the next worker."""
        self._stopped.set()
        self._woken.set()

    def stop(self, seconds: float | None = None) -> bool:
        """Park, and wait for the end of the item under way, at most so long; returns whether it has ended."""
        self.park()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with ThreadPoolExecutor(1, "job", _step_back if self._gives_way else None) as executor:
            while not self._stopped.is_set():
                try:
                    with exclusive(self._lock) as alone:
                        while alone and not self._stopped.is_set():
                            self._turn(executor)
                except (LibraryUnusable, OSError) as error:
                    _log.warning("no work on jobs for now: %s", error)
                    self._stopped.wait(TROUBLE_SECONDS)
                self._stopped.wait(INTERVAL_SECONDS)

    def _turn(self, executor: ThreadPoolExecutor) -> None:
        """Do one job, or wait for the next."""
        self._tidy()
        self._index.library.check_space()  # a job that is begun again and again in vain would be given up
        with self._jobs.taken() as job:
            if job is not None:
                self._conclude(job, executor.submit(self._work, job))
                return
        self._woken.wait(INTERVAL_SECONDS)
        self._woken.clear()

    def _work(self, job: Job) -> bool:
        work = _Work(job, self._index, self._jobs, self._uploads, self._stopped)
        if job.kind == "upload":
            return work.upload()
        with self._open_web(job.audience, job.collection) as web:
            return work.crawl(web)

    def _conclude(self, job: Job, work: Future[bool]) -> None:
        # A future holds whatever was raised: a defect costs its job, not the thread that all later jobs need.
        error = work.exception()
        if error is None:
            if work.result():
                self._jobs.finish(job.id)
            return
        if isinstance(error, LibraryUnusable | OSError) and not isinstance(error, ModelMismatch):
            if not isinstance(error, LibraryDamaged):
                with suppress(LibraryUnusable):
                    self._jobs.put_back(job.id)
            raise error
        _log.error("job failed", extra={"job": job.id}, exc_info=error)
        code = error.code if isinstance(error, MissiondeskError) else "internal_error"
        told = MissiondeskError("The service could not do this; its log has the reason.", code=code)
        self._jobs.finish(job.id, error if isinstance(error, InvalidRequest) else told)

    def _tidy(self) -> None:
        now = datetime.now(UTC)
        if now - self._tidied < _HOUSEKEEPING:
            return
        self._jobs.forget((now - KEPT).replace(tzinfo=None))
        self._uploads.sweep(self._jobs.stored())
        self._tidied = now


class _Work:
    """One job being done."""

    def __init__(self, job: Job, index: Index, jobs: Jobs, uploads: Uploads, stopped: threading.Event) -> None:
        self._job = job
        self._index = index
        self._jobs = jobs
        self._uploads = uploads
        self._stopped = stopped

    def upload(self) -> bool:
        """Read what is left of the files; returns whether that is all, and was not stopped with its process."""
        stored = {file_source(item.source): item.stored for item in self._left() if item.stored}
        found = {
            item.origin.source: item
            for source, name in stored.items()
            for item in self._uploads.items(name, source, self._job.audience)
        }
        self._find(NewItem(source, item.origin.uri, stored[file_source(source)]) for source, item in found.items())
        ended = self._take_in(found)
        for name in set(stored.values()) - self._jobs.stored():
            self._uploads.discard(name)
        return ended

    def crawl(self, web: Addresses) -> bool:
        """The same for the pages that are found at the job's addresses now."""
        found = {item.origin.source: item for item in find_items(self._job.targets, web)}
        self._find(NewItem(source, item.origin.uri) for source, item in found.items())
        return self._take_in(found)

    def _find(self, items: Iterable[NewItem]) -> None:
        self._jobs.find(self._job.id, list(items))

    def _take_in(self, found: Mapping[str, Item]) -> bool:
        items = [found[item.source] for item in self._left()]
        ingest_items(
            [replace(item, load=partial(self._load, item)) for item in items],
            lambda: self._index, self._index.library,
            audience=self._job.audience, collection=self._job.collection, settled=self._settle,
        )  # fmt: skip
        return not self._stopped.is_set() or not self._left()

    def _left(self) -> list[JobItem]:
        return [item for item in self._jobs.items(self._job.id) if item.status == WAITING]

    def _load(self, item: Item) -> bytes:
        if self._stopped.is_set() or self._jobs.is_cancelled(self._job.id):
            raise _NotNow("The job was stopped before this was read.", code="stopped")
        return item.load()

    def _settle(self, source: str, result: ItemResult) -> None:
        if isinstance(result.error, _NotNow):
            return  # it stays waiting: for the next worker, or for the job's end
        self._jobs.settle(self._job.id, source, _state(result), result.document_id, result.error)


def _step_back() -> None:
    """Let answers have the processor first. On Linux a thread has a priority of its own, and so has what it starts."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


class _NotNow(ItemRejected):
    """Nothing is wrong with the item."""


def _state(result: ItemResult) -> ItemState:
    match result.status:
        case "added" | "updated" | "unchanged" as status:
            return status
        case _:
            return "failed"
