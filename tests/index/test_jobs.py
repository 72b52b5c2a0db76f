"""Jobs as rows: their stages, and what a worker that died leaves to the next one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from index.document import Audience
from index.errors import InvalidRequest, ItemRejected, ModelUnavailable, NotFound
from index.job import Job, NewItem, Stage
from index.jobs import ATTEMPTS, Jobs
from index.library import Library

ITEMS = (NewItem("upload:x/a.txt", "a.txt", "0" * 32), NewItem("upload:x/b.txt", "b.txt", "1" * 32))
REFUSED = ItemRejected("The file is empty.", code="empty")


@pytest.fixture
def jobs(library: Library) -> Jobs:
    return Jobs(library.engine)


@pytest.fixture
def job(jobs: Jobs) -> Job:
    return jobs.add("upload", Audience.PUBLIC, "x", items=ITEMS)


def taken(jobs: Jobs) -> Job:
    """Taken by a worker that ended right after."""
    with jobs.taken() as job:
        assert job is not None
        return job


def test_a_job_goes_from_the_queue_to_its_end(jobs: Jobs, job: Job) -> None:
    assert (job.stage, job.done, job.total, job.audience, job.collection) == ("queued", 0, 2, Audience.PUBLIC, "x")
    running = taken(jobs)
    assert (running.id, running.stage) == (job.id, Stage.RUNNING)
    jobs.settle(job.id, ITEMS[0].source, "added", "d1", None)
    assert (jobs.get(job.id).done, jobs.stored()) == (1, {"1" * 32})
    jobs.settle(job.id, ITEMS[1].source, "failed", None, REFUSED)
    jobs.finish(job.id)
    ended = jobs.get(job.id)
    assert (ended.stage, ended.done, ended.error) == (Stage.DONE, 2, None)
    assert ended.finished_at is not None
    first, second = jobs.items(job.id)
    assert (first.uri, first.status, first.document_id, first.error) == ("a.txt", "added", "d1", None)
    assert second.error is not None
    assert (second.error.code, second.error.message) == ("empty", "The file is empty.")
    assert jobs.stored() == {"1" * 32}, "a file that failed may be tried again"
    with jobs.taken() as nothing:
        assert nothing is None


def test_a_job_without_anything_taken_in_has_failed(jobs: Jobs, job: Job) -> None:
    taken(jobs)
    for item in ITEMS:
        jobs.settle(job.id, item.source, "failed", None, REFUSED)
    jobs.finish(job.id)
    assert jobs.get(job.id).stage is Stage.FAILED


def test_a_job_left_running_is_taken_up_before_the_queue(jobs: Jobs, job: Job) -> None:
    taken(jobs)
    jobs.add("crawl", Audience.INTERNAL, "y", targets=["https://example.org/"])
    jobs.settle(job.id, ITEMS[0].source, "added", "d1", None)
    again = taken(jobs)
    assert (again.id, again.done) == (job.id, 1)


def test_a_job_that_ends_its_process_is_given_up(jobs: Jobs, job: Job) -> None:
    for _ in range(ATTEMPTS):
        assert taken(jobs).id == job.id
    other = jobs.add("upload", Audience.PUBLIC, "x", items=ITEMS)
    assert taken(jobs).id == other.id
    failed = jobs.get(job.id)
    assert failed.error is not None
    assert (failed.stage, failed.error.code) == (Stage.FAILED, "gave_up")
    assert [item.error and item.error.code for item in jobs.items(job.id)] == ["not_reached"] * 2


def test_a_job_that_comes_on_is_not_given_up(jobs: Jobs) -> None:
    items = [NewItem(str(number), str(number), None) for number in range(2 * ATTEMPTS)]
    job = jobs.add("upload", Audience.PUBLIC, "x", items=items)
    for item in items:
        assert taken(jobs).id == job.id
        jobs.settle(job.id, item.source, "added", "d", None)


def test_cancelling(jobs: Jobs, job: Job) -> None:
    other = jobs.add("upload", Audience.PUBLIC, "x", items=ITEMS)
    assert jobs.cancel(other.id).stage is Stage.CANCELLED
    taken(jobs)
    jobs.settle(job.id, ITEMS[0].source, "added", "d1", None)
    assert not jobs.is_cancelled(job.id)
    running = jobs.cancel(job.id)
    assert (running.stage, running.cancelling, jobs.is_cancelled(job.id)) == (Stage.RUNNING, True, True)
    jobs.finish(job.id)
    assert jobs.get(job.id).stage is Stage.CANCELLED
    assert [item.error and item.error.code for item in jobs.items(job.id)] == [None, "cancelled"]
    assert jobs.cancel(job.id).stage is Stage.CANCELLED


def test_retry_takes_up_only_what_failed(jobs: Jobs, job: Job) -> None:
    with pytest.raises(InvalidRequest, match="not ended"):
        jobs.retry(job.id)
    taken(jobs)
    jobs.settle(job.id, ITEMS[0].source, "added", "d1", None)
    jobs.settle(job.id, ITEMS[1].source, "failed", None, REFUSED)
    jobs.finish(job.id)
    queued = jobs.retry(job.id)
    assert (queued.stage, queued.done, queued.finished_at) == (Stage.QUEUED, 1, None)
    assert [item.status for item in jobs.items(job.id)] == ["added", "waiting"]
    taken(jobs)
    jobs.settle(job.id, ITEMS[1].source, "added", "d2", None)
    jobs.finish(job.id)
    with pytest.raises(InvalidRequest, match="has failed"):
        jobs.retry(job.id)


def test_a_job_that_failed_as_a_whole_can_be_retried(jobs: Jobs) -> None:
    job = jobs.add("crawl", Audience.PUBLIC, "x", targets=["https://example.org/"])
    taken(jobs)
    jobs.finish(job.id, ModelUnavailable("No model."))
    failed = jobs.get(job.id)
    assert failed.error is not None
    assert (failed.stage, failed.error.code) == (Stage.FAILED, "model_unavailable")
    assert jobs.retry(job.id).error is None


def test_a_crawl_that_looks_again_keeps_what_it_has(jobs: Jobs) -> None:
    job = jobs.add("crawl", Audience.PUBLIC, "x", targets=["https://example.org/"])
    jobs.find(job.id, [NewItem("a", "A"), NewItem("b", "B"), NewItem("c", "C")])
    jobs.settle(job.id, "a", "added", "d1", None)
    jobs.settle(job.id, "b", "failed", None, REFUSED)
    jobs.find(job.id, [NewItem("a", "A"), NewItem("d", "D")])
    assert [(item.source, item.status) for item in jobs.items(job.id)] == [
        ("a", "added"),
        ("b", "failed"),
        ("d", "waiting"),
    ]


def test_old_jobs_are_forgotten_with_their_items(jobs: Jobs, job: Job) -> None:
    queued = jobs.add("upload", Audience.PUBLIC, "x", items=ITEMS)
    jobs.cancel(job.id)
    tomorrow = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    assert jobs.forget(tomorrow - timedelta(days=2)) == 0
    assert jobs.forget(tomorrow) == 1
    with pytest.raises(NotFound):
        jobs.get(job.id)
    assert jobs.items(job.id) == []
    assert [kept.id for kept in jobs.newest(10)] == [queued.id]


def test_no_such_job(jobs: Jobs) -> None:
    for look in (jobs.get, jobs.cancel, jobs.retry):
        with pytest.raises(NotFound):
            look("nope")
