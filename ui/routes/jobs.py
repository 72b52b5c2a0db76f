"""Jobs: uploads and crawls on their way into the library."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.access import Caller
from assistant.event import Action
from assistant.witness import job_witness
from ui.auditing import ActorDep
from ui.bodies.job import JobBody, JobsBody, JobSummaryBody
from ui.bodies.problem import problem_responses
from ui.callers import IntakeDep, StaffDep
from ui.cursor import Cursor, Limit, divided, time_cursor, time_place
from ui.intake import Intake

router = APIRouter(tags=["jobs"])


@router.get("/v1/jobs", responses=problem_responses(401, 403, 422, 503), summary="List the jobs")
def list_jobs(
    intake: IntakeDep, caller: StaffDep, limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Cursor, Query()] = None,
) -> JobsBody:  # fmt: skip
    """The newest jobs, newest first, whose documents the caller may see. A job is kept for 30 days after its end."""
    jobs, last = divided(intake.jobs.newest(limit + 1, caller.scope, time_place("jobs", cursor)), limit)
    following = time_cursor("jobs", last.created_at, last.id) if last else None
    return JobsBody(jobs=[JobSummaryBody.of(job) for job in jobs], next_cursor=following)


@router.get("/v1/jobs/{job_id}", responses=problem_responses(401, 403, 404, 422, 503), summary="Look at a job")
def read_job(job_id: str, intake: IntakeDep, caller: StaffDep) -> JobBody:
    """How far the job has come, with what became of each item, as `missiondesk ingest --json` reports it."""
    return _body(job_id, intake, caller)


@router.post("/v1/jobs/{job_id}/cancel", responses=problem_responses(401, 403, 404, 422, 503), summary="Cancel a job")
def cancel_job(job_id: str, intake: IntakeDep, caller: StaffDep, actor: ActorDep) -> JobBody:
    """What was taken in so far stays. A running job stops after the item under way; one that has ended stays so."""
    intake.jobs.cancel(intake.jobs.get(job_id, caller.scope).id, job_witness(actor, Action.JOB_CANCELLED))
    return _body(job_id, intake, caller)


@router.post("/v1/jobs/{job_id}/retry", responses=problem_responses(401, 403, 404, 422, 503), summary="Retry a job")
def retry_job(job_id: str, intake: IntakeDep, caller: StaffDep, actor: ActorDep) -> JobBody:
    """Queue an ended job again for the items that failed; a crawl looks for its pages again, too."""
    intake.jobs.retry(intake.jobs.get(job_id, caller.scope).id, job_witness(actor, Action.JOB_RETRIED))
    intake.worker.wake()
    return _body(job_id, intake, caller)


def _body(job_id: str, intake: Intake, caller: Caller) -> JobBody:
    return JobBody.with_items(intake.jobs.get(job_id, caller.scope), intake.jobs.items(job_id))
