"""Jobs: what is asked for, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from index.document import Audience
from index.job import ItemState, Job, JobItem, Kind, Stage
from ui.bodies.ingest_report import ItemErrorBody
from ui.characters import whole_characters

MOST_URLS = 100
"""Addresses of one crawl; what they lead to may be more."""

_EXAMPLE_JOB: JsonDict = {
    "id": "0c2a7d5be91f4a3f2071",
    "kind": "upload",
    "stage": "running",
    "cancelling": False,
    "audience": "internal",
    "collection": "default",
    "urls": [],
    "created_at": "2026-11-24T09:30:00Z",
    "started_at": "2026-11-24T09:30:01Z",
    "finished_at": None,
    "progress": {"done": 1, "total": 2},
    "error": None,
}
_EXAMPLE_ITEMS: JsonDict = {
    "added": 1,
    "updated": 0,
    "unchanged": 0,
    "failed": 0,
    "items": [
        {"uri": "handbook.pdf", "status": "added", "document_id": "6f1c0d5b9e4a3f2071c8", "error": None},
        {"uri": "leaflet.docx", "status": "waiting", "document_id": None, "error": None},
    ],
}

Collection = Annotated[
    str,
    AfterValidator(whole_characters),
    Field(min_length=1, max_length=128, description="The collection that the documents belong to"),
]


class IntakeBody(BaseModel):
    """What everything in one job is labelled with."""

    model_config = ConfigDict(extra="forbid")

    audience: Audience = Field(Audience.INTERNAL, description="Who may be shown the documents")
    collection: Collection = "default"


class CrawlBody(IntakeBody):
    """Web addresses to read documents from."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"urls": ["https://example.org/news/"], "audience": "public"}]}
    )

    urls: list[Annotated[str, Field(max_length=2000, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s\x00-\x20\\]+$")]] = Field(
        min_length=1, max_length=MOST_URLS, description="Pages, sitemaps or feeds; http and https only"
    )


class ProgressBody(BaseModel):
    """Items that have come to their end, and all that were found so far."""

    done: int
    total: int


class JobItemBody(BaseModel):
    """One file or page; `waiting` until it was read."""

    model_config = ConfigDict(from_attributes=True)

    uri: str
    status: ItemState
    document_id: str | None
    error: ItemErrorBody | None


class JobSummaryBody(BaseModel):
    """A job without its items. `error` says why it could not go on; what is wrong with an item stands beside that."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_JOB]})

    id: str
    kind: Kind
    stage: Stage
    cancelling: bool
    audience: Audience
    collection: str
    urls: list[str]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: ProgressBody
    error: ItemErrorBody | None

    @classmethod
    def of(cls, job: Job) -> JobSummaryBody:
        return JobSummaryBody.model_validate(_summary(job))


class JobBody(JobSummaryBody):
    """A job with its items, as `ingest --json` reports them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE_JOB, **_EXAMPLE_ITEMS}]})

    added: int
    updated: int
    unchanged: int
    failed: int
    items: list[JobItemBody]

    @classmethod
    def with_items(cls, job: Job, items: Sequence[JobItem]) -> Self:
        statuses = [item.status for item in items]
        counts = {status: statuses.count(status) for status in ("added", "updated", "unchanged", "failed")}
        return cls.model_validate({**_summary(job), **counts, "items": items})


class JobsBody(BaseModel):
    """The newest jobs, newest first; `next_cursor` leads to older ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [_EXAMPLE_JOB], "next_cursor": None}]})

    jobs: list[JobSummaryBody]
    next_cursor: str | None = None


def _summary(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind,
        "stage": job.stage,
        "cancelling": job.cancelling,
        "audience": job.audience,
        "collection": job.collection,
        "urls": list(job.targets),
        "created_at": job.created_at.replace(tzinfo=UTC),
        "started_at": job.started_at and job.started_at.replace(tzinfo=UTC),
        "finished_at": job.finished_at and job.finished_at.replace(tzinfo=UTC),
        "progress": {"done": job.done, "total": job.total},
        "error": job.error,
    }
