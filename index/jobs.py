"""The jobs of a library: rows beside the documents, so that they outlive the process that works on them.

Plain rows and not a task queue such as huey: a job must be listed, watched item by item, cancelled and retried, so its
rows are needed in any case, and the library already has transactions, backups and a lock among processes. A queue
would be a second store beside it that can disagree with the first after a crash.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Engine, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from index.change import JobWitness, job_unwitnessed
from index.database import utc_now, writing
from index.document import Audience
from index.errors import InvalidRequest, ItemRejected, MissiondeskError, NotFound
from index.job import ENDED, ItemState, Job, JobItem, Kind, NewItem, Stage
from index.paging import TimePlace, behind
from index.postgresql import claimed
from index.scope import EVERYTHING, Scope
from index.submissions import Submission, keep, submitted
from index.tables import JobItemRow, JobRow

WAITING = "waiting"
FAILED = "failed"
ATTEMPTS = 3
"""Times a job is taken up without any item coming to its end; then it is what ends the process."""


class Jobs:
    """Every method is one transaction. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # -- asking for work ---------------------------------------------------------------------------------------------

    def add(
        self,
        kind: Kind,
        audience: Audience,
        collection: str,
        *,
        items: Sequence[NewItem] = (),
        targets: Sequence[str] = (),
        witness: JobWitness = job_unwitnessed,
        submission: Submission | None = None,
    ) -> Job:
        """Queue a job over these items, or over what will be found at these web addresses.

        Returns the earlier job where the same submission came before. Raises `InvalidRequest` where its key stands for
        another one.
        """
        job_id = secrets.token_hex(10)
        with Session(writing(self._engine)) as session, session.begin():
            if submission is not None and (earlier := submitted(session, submission)):
                return self.get(earlier)
            session.add(
                JobRow(
                    id=job_id, kind=kind, stage=Stage.QUEUED.value, audience=audience.value, collection=collection,
                    targets=json.dumps(list(targets)), cancelling=False, attempts=0, created_at=utc_now(),
                )
            )  # fmt: skip
            session.flush()
            _add_items(session, job_id, items, 0)
            witness(session, job_id)
            if submission is not None:
                keep(session, submission, job_id)
        return self.get(job_id)

    def cancel(self, job_id: str, witness: JobWitness = job_unwitnessed) -> Job:
        """Stop a job: at once if it is queued, after the item under way if it runs. One that has ended stays so."""
        with Session(writing(self._engine)) as session, session.begin():
            row = _existing(session, job_id)
            if Stage(row.stage) not in ENDED:
                witness(session, job_id)
            if row.stage == Stage.RUNNING:
                row.cancelling = True
            elif row.stage == Stage.QUEUED:
                _end(session, row, Stage.CANCELLED, None)
        return self.get(job_id)

    def retry(self, job_id: str, witness: JobWitness = job_unwitnessed) -> Job:
        """Queue an ended job again for the items that failed, or that were not reached. Raises `InvalidRequest`."""
        with Session(writing(self._engine)) as session, session.begin():
            row = _existing(session, job_id)
            if Stage(row.stage) not in ENDED:
                raise InvalidRequest("This job has not ended yet.", code="job_not_ended")
            failed = (JobItemRow.job_id == job_id, JobItemRow.status == FAILED)
            again = session.execute(
                update(JobItemRow).where(*failed).values(status=WAITING, error_code=None, error_message=None)
            )
            if not cast(int, again.rowcount) and row.stage == Stage.DONE:  # type: ignore[attr-defined]
                raise InvalidRequest("No item of this job has failed.", code="nothing_failed")
            row.stage, row.cancelling, row.attempts = Stage.QUEUED.value, False, 0
            row.finished_at = row.error_code = row.error_message = None
            witness(session, job_id)
        return self.get(job_id)

    def submitted(self, submission: Submission) -> Job | None:
        """The job that the same submission has led to. Raises `InvalidRequest` where its key stands for another."""
        with Session(self._engine) as session:
            earlier = submitted(session, submission)
        return self.get(earlier) if earlier else None

    # -- looking -----------------------------------------------------------------------------------------------------

    def get(self, job_id: str, scope: Scope = EVERYTHING) -> Job:
        """Raises `NotFound`, also for a job whose documents are outside the scope."""
        found = self._jobs(JobRow.id == job_id, JobRow.within(scope), limit=1)
        if not found:
            raise NotFound("There is no such job.")
        return found[0]

    def newest(self, limit: int, scope: Scope = EVERYTHING, place: TimePlace | None = None) -> list[Job]:
        """Those whose documents are in the scope, or of these those behind a place in that list."""
        return self._jobs(JobRow.within(scope), *behind(JobRow.created_at, JobRow.id, place), limit=limit)

    def counts(self) -> dict[Stage, int]:
        """How many jobs stand at each stage; stages without any are absent."""
        statement = select(JobRow.stage, func.count()).group_by(JobRow.stage)
        with Session(self._engine) as session:
            return {Stage(stage): count for stage, count in session.execute(statement)}

    def items(self, job_id: str) -> list[JobItem]:
        """The items of a job, in the order they were found."""
        statement = select(JobItemRow).where(JobItemRow.job_id == job_id).order_by(JobItemRow.number)
        with Session(self._engine) as session:
            return [_item(row) for row in session.scalars(statement)]

    def is_cancelled(self, job_id: str) -> bool:
        """Whether nothing more is to be done for this job."""
        with Session(self._engine) as session:
            return bool(session.scalar(select(JobRow.cancelling).where(JobRow.id == job_id)))

    def stored(self) -> set[str]:
        """The uploaded files that are still to be read, or may be once more."""
        needed = (JobItemRow.stored.is_not(None), JobItemRow.status.in_([WAITING, FAILED]))
        with Session(self._engine) as session:
            return {name for name in session.scalars(select(JobItemRow.stored).where(*needed)) if name}

    # -- working -----------------------------------------------------------------------------------------------------

    @contextmanager
    def taken(self) -> Iterator[Job | None]:
        """The job to work on now: one that its process left running, else the oldest in the queue; None if none is.

        It is this worker's alone until the block ends. Of one data folder one worker takes jobs at a time; where
        several folders share a PostgreSQL library, a claim tells a job that is being worked on from one whose worker
        has died. A row locked with SKIP LOCKED would tell that too, but only in a transaction as long as the job.

        A job that was taken up `ATTEMPTS` times in vain fails instead.
        """
        for job_id in self._open():
            with claimed(self._engine, f"job {job_id}") as mine:
                if mine and (job := self._begun(job_id)):
                    yield job
                    return
        yield None

    def _open(self) -> list[str]:
        first = case((JobRow.stage == Stage.RUNNING.value, 0), else_=1)
        waiting = select(JobRow.id).where(JobRow.stage.in_([Stage.RUNNING.value, Stage.QUEUED.value]))
        with Session(self._engine) as session:
            return list(session.scalars(waiting.order_by(first, JobRow.created_at, JobRow.id)))

    def _begun(self, job_id: str) -> Job | None:
        """None where the job has ended since it was seen, or is given up now."""
        with Session(writing(self._engine)) as session, session.begin():
            row = session.get(JobRow, job_id)
            if row is None or Stage(row.stage) in ENDED:
                return None
            if row.attempts >= ATTEMPTS:
                _end(session, row, Stage.FAILED, _GAVE_UP)
                return None
            row.stage, row.attempts = Stage.RUNNING.value, row.attempts + 1
            row.started_at = row.started_at or utc_now()
        return self.get(job_id)

    def put_back(self, job_id: str) -> None:
        """The last taking up does not count: it was not the job that ended it."""
        begun = (JobRow.id == job_id, JobRow.attempts > 0)
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(update(JobRow).where(*begun).values(attempts=JobRow.attempts - 1))

    def find(self, job_id: str, items: Sequence[NewItem]) -> None:
        """Say what a crawl consists of: items that are new are waiting, waiting ones that are not there go."""
        found = {item.source: item for item in items}
        with Session(writing(self._engine)) as session, session.begin():
            held = session.execute(
                select(JobItemRow.source, JobItemRow.status, JobItemRow.number).where(JobItemRow.job_id == job_id)
            ).all()
            for source, status, _ in held:
                if status == WAITING and source not in found:
                    session.execute(delete(JobItemRow).where(JobItemRow.job_id == job_id, JobItemRow.source == source))
            known = {source for source, _, _ in held}
            start = max((number for _, _, number in held), default=-1) + 1
            _add_items(session, job_id, [item for item in found.values() if item.source not in known], start)

    def settle(
        self, job_id: str, source: str, status: ItemState, document_id: str | None, error: ItemRejected | None
    ) -> None:
        """Keep what became of one item."""
        outcome = {"status": status, "document_id": document_id, **_error_values(error)}
        one = (JobItemRow.job_id == job_id, JobItemRow.source == source)
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(update(JobItemRow).where(*one).values(outcome))
            session.execute(update(JobRow).where(JobRow.id == job_id).values(attempts=0))

    def finish(self, job_id: str, error: MissiondeskError | None = None) -> None:
        """End a job: cancelled if somebody asked for that, failed with `error` or when no item was taken in."""
        with Session(writing(self._engine)) as session, session.begin():
            row = _existing(session, job_id)
            taken_in = (JobItemRow.job_id == job_id, JobItemRow.status.not_in([WAITING, FAILED]))
            some = session.scalar(select(func.count()).select_from(JobItemRow).where(*taken_in))
            stage = Stage.CANCELLED if row.cancelling else Stage.DONE if some and error is None else Stage.FAILED
            _end(session, row, stage, error)

    def forget(self, before: datetime) -> int:
        """Remove jobs that ended before this time (UTC); returns how many."""
        with Session(writing(self._engine)) as session, session.begin():
            gone = session.execute(delete(JobRow).where(JobRow.finished_at < before))
            return cast(int, gone.rowcount)  # type: ignore[attr-defined]

    def _jobs(self, *where: ColumnElement[bool], limit: int) -> list[Job]:
        total = func.count(JobItemRow.source)
        done = func.count(case((JobItemRow.status != WAITING, 1)))
        statement = (
            select(JobRow, total, done)
            .join(JobItemRow, JobItemRow.job_id == JobRow.id, isouter=True)
            .where(*where)
            .group_by(JobRow.id)
            .order_by(JobRow.created_at.desc(), JobRow.id)
            .limit(limit)
        )
        with Session(self._engine) as session:
            return [_job(row, in_all, so_far) for row, in_all, so_far in session.execute(statement)]


_GAVE_UP = MissiondeskError("The service began this job several times and could not go on with it.", code="gave_up")
_CANCELLED = ItemRejected("The job was cancelled before this was read.", code="cancelled")
_NOT_REACHED = ItemRejected("The job failed before this was read.", code="not_reached")


def _existing(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id)
    if row is None:
        raise NotFound("There is no such job.")
    return row


def _add_items(session: Session, job_id: str, items: Sequence[NewItem], start: int) -> None:
    rows = [
        {"job_id": job_id, "number": number, "source": item.source, "uri": item.uri, "stored": item.stored,
         "status": WAITING}
        for number, item in enumerate(items, start)
    ]  # fmt: skip
    if rows:
        session.execute(insert(JobItemRow), rows)


def _end(session: Session, row: JobRow, stage: Stage, error: MissiondeskError | None) -> None:
    """Items that were not reached fail, so that a retry takes them up."""
    left = (JobItemRow.job_id == row.id, JobItemRow.status == WAITING)
    reason = _CANCELLED if stage is Stage.CANCELLED else _NOT_REACHED
    session.execute(update(JobItemRow).where(*left).values({"status": FAILED, **_error_values(reason)}))
    row.stage, row.cancelling, row.finished_at = stage.value, False, utc_now()
    row.error_code, row.error_message = (error.code, error.message) if error else (None, None)


def _error_values(error: MissiondeskError | None) -> dict[str, str | None]:
    return {"error_code": error.code if error else None, "error_message": error.message if error else None}


def _job(row: JobRow, total: int, done: int) -> Job:
    error = MissiondeskError(row.error_message or "", code=row.error_code) if row.error_code else None
    return Job(
        row.id, cast(Kind, row.kind), Stage(row.stage), Audience.from_label(row.audience), row.collection,
        tuple(json.loads(row.targets)), row.cancelling, row.created_at, row.started_at, row.finished_at, done, total,
        error,
    )  # fmt: skip


def _item(row: JobItemRow) -> JobItem:
    error = ItemRejected(row.error_message or "", code=row.error_code) if row.error_code else None
    return JobItem(row.source, row.uri, row.stored, cast(ItemState, row.status), row.document_id, error)
