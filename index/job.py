"""A job: work that goes on after the request that asked for it, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from index.document import Audience
from index.errors import ItemRejected, MissiondeskError

Kind = Literal["upload", "crawl"]
ItemState = Literal["waiting", "added", "updated", "unchanged", "failed"]


class Stage(StrEnum):
    """`done` says that the job came to its end with something taken in; its items say what failed beside it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({Stage.DONE, Stage.FAILED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item of a job before anything was done with it; `stored` names the uploaded file that holds its bytes."""

    source: str
    uri: str
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class JobItem:
    """One file or page of a job. `source` and `stored` stay inside; the rest is shown."""

    source: str
    uri: str
    stored: str | None
    status: ItemState
    document_id: str | None
    error: ItemRejected | None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. Times are UTC; `done` and `total` count items; `error` is why the whole job failed.

    `cancelling` is true from the moment somebody cancels until the job has stopped.
    """

    id: str
    kind: Kind
    stage: Stage
    audience: Audience
    collection: str
    targets: tuple[str, ...]
    cancelling: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    error: MissiondeskError | None
