"""Reports as administrators work on them: which there are, what became of each, and by whose doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from assistant.audit import record
from assistant.conversation_rows import CaseRow, FeedbackRow
from assistant.event import Action, Actor, Event
from assistant.feedback import Feedback, FeedbackReason, Source, StoredOpinion, Via, stored_opinion
from index.database import as_utc, utc_now, writing
from index.errors import NotFound
from index.paging import TimePlace, behind
from index.scope import Scope

LONGEST_NOTE = 2000
"""Characters of what a reviewer writes down."""


class ReportState(StrEnum):
    """What became of a report."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Review:
    """The decision on a report; `by` and `at` (UTC) are there once somebody has made one."""

    state: ReportState = ReportState.OPEN
    note: str = ""
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody said of an answer, with what became of it.

    `scope` is what they could see, `language` that of what they sent along.
    """

    stored: StoredOpinion
    via: Via
    language: str | None
    scope: Scope
    review: Review
    has_case: bool


@dataclass(frozen=True, slots=True)
class WantedReports:
    """Which reports; None: any. They came from `since` on and before `until` (UTC)."""

    state: ReportState | None = None
    reason: FeedbackReason | None = None
    source: Source | None = None
    site: str | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Reviews:
    """Every method is one transaction. A report of somebody who could see more than the reader is as good as none."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback

    @property
    def engine(self) -> Engine:
        """The database that the reports are in."""
        return self._feedback.engine

    @property
    def oldest(self) -> datetime:
        """What came before is not read any more; in the time of the tables."""
        return self._feedback.oldest

    def find(
        self, limit: int, scope: Scope, wanted: WantedReports = WantedReports(), place: TimePlace | None = None
    ) -> list[Report]:
        """The newest first; with a `place` in that list, those behind it."""
        newest = (
            _REPORTS.where(
                FeedbackRow.created_at > self.oldest,
                *_where(wanted),
                *behind(FeedbackRow.created_at, FeedbackRow.id, place),
            )
            .order_by(FeedbackRow.created_at.desc(), FeedbackRow.id)
            .execution_options(yield_per=100)
        )
        with Session(self.engine) as session:
            rows = (_report(row, case) for row, case in session.execute(newest) if scope.covers(row.kept_scope))
            return list(islice(rows, limit))

    def languages(self) -> list[str]:
        """The languages of what was sent along with reports."""
        known = select(FeedbackRow.language).where(FeedbackRow.language.is_not(None)).distinct()
        with Session(self.engine) as session:
            return sorted(language for language in session.scalars(known) if language is not None)

    def get(self, report_id: str, scope: Scope) -> Report:
        """Raises `NotFound`."""
        with Session(self.engine) as session:
            self.row(session, report_id, scope)
            row, case = session.execute(_REPORTS.where(FeedbackRow.id == report_id)).one()
            return _report(row, case)

    def decide(self, report_id: str, state: ReportState, note: str, scope: Scope, actor: Actor) -> None:
        """Say what becomes of a report. Raises `NotFound`."""
        with Session(writing(self.engine)) as session, session.begin():
            row = self.row(session, report_id, scope)
            detail = {"before": row.state, "state": state.value}
            row.state, row.note = state.value, note.strip()[:LONGEST_NOTE] or None
            row.reviewed_by, row.reviewed_at = actor.name, utc_now()
            record(session, actor, Event(Action.FEEDBACK_REVIEWED, "feedback", report_id, detail))

    def row(self, session: Session, report_id: str, scope: Scope) -> FeedbackRow:
        """The report's row, for whoever may read it. Raises `NotFound`."""
        row = session.get(FeedbackRow, report_id)
        if row is None or row.created_at <= self.oldest or not scope.covers(row.kept_scope):
            raise NotFound("There is no such report.")
        return row


_REPORTS = select(FeedbackRow, CaseRow.feedback_id).outerjoin(CaseRow, CaseRow.feedback_id == FeedbackRow.id)


def _where(wanted: WantedReports) -> list[ColumnElement[bool]]:
    equal = (
        (FeedbackRow.state, wanted.state),
        (FeedbackRow.reason, wanted.reason),
        (FeedbackRow.source, wanted.source),
        (FeedbackRow.site, wanted.site),
        (FeedbackRow.language, wanted.language),
    )
    where: list[ColumnElement[bool]] = [column == str(value) for column, value in equal if value is not None]
    if wanted.since is not None:
        where.append(FeedbackRow.created_at >= wanted.since.replace(tzinfo=None))
    if wanted.until is not None:
        where.append(FeedbackRow.created_at < wanted.until.replace(tzinfo=None))
    return where


def _report(row: FeedbackRow, case: str | None) -> Report:
    at = as_utc(row.reviewed_at) if row.reviewed_at else None
    review = Review(ReportState(row.state), row.note or "", row.reviewed_by, at)
    via = Via(Source(row.source), row.site)
    return Report(stored_opinion(row), via, row.language, row.kept_scope, review, case is not None)
