"""What people say of answers: kept as they chose to send it, and not who they were."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import cast

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.audit import record
from assistant.conversation_rows import FeedbackRow
from assistant.event import Action, Actor, Event
from assistant.kept_scope import scope_columns
from index.database import utc_now, writing
from index.errors import NotFound
from index.paging import TimePlace, behind
from index.scope import Scope


class Rating(StrEnum):
    """What somebody thinks of an answer; `WRONG`: it says what is not so, which is worse than of no help."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    WRONG = "wrong"


class FeedbackReason(StrEnum):
    """What is wrong with an answer."""

    WRONG_FACT = "wrong_fact"
    WRONG_SOURCE = "wrong_source"
    OUTDATED = "outdated"
    WRONG_LANGUAGE = "wrong_language"
    MISSING = "missing"
    UNSAFE = "unsafe"

    @property
    def rating(self) -> Rating:
        """What it says of the answer: that it is wrong where somebody who believes it may come to harm."""
        says_what_is_not_so = {FeedbackReason.WRONG_FACT, FeedbackReason.OUTDATED, FeedbackReason.UNSAFE}
        return Rating.WRONG if self in says_what_is_not_so else Rating.NOT_HELPFUL


@dataclass(frozen=True, slots=True)
class Opinion:
    """A rating with whatever else was sent along: the question and answer only if the person wanted that."""

    rating: Rating
    comment: str | None = None
    question: str | None = None
    answer: str | None = None
    reason: FeedbackReason | None = None


@dataclass(frozen=True, slots=True)
class StoredOpinion:
    """An opinion with its id and the time (UTC) it came."""

    id: str
    created_at: datetime
    opinion: Opinion


class Feedback:
    """Every method is one transaction. What is older than it is kept for is not shown, and deleted with the next."""

    def __init__(self, engine: Engine, *, days: int) -> None:
        """Feedback is kept for `days`."""
        self._engine = engine
        self._kept = timedelta(days=days)

    def add(self, opinion: Opinion, scope: Scope) -> str:
        """Keep an opinion of somebody with this scope; returns its id."""
        opinion_id, now = secrets.token_hex(16), utc_now()
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(delete(FeedbackRow).where(FeedbackRow.created_at <= now - self._kept))
            session.add(
                FeedbackRow(
                    id=opinion_id, created_at=now, rating=opinion.rating.value, comment=opinion.comment,
                    question=opinion.question, answer=opinion.answer,
                    reason=opinion.reason.value if opinion.reason else None, **scope_columns(scope),
                )
            )  # fmt: skip
        return opinion_id

    def newest(self, limit: int, scope: Scope, place: TimePlace | None = None) -> list[StoredOpinion]:
        """For staff: the last ones of those who could see nothing outside the scope, newest first.

        With a `place` in that list, those behind it.
        """
        newest = (
            select(FeedbackRow)
            .where(
                FeedbackRow.created_at > utc_now() - self._kept,
                *behind(FeedbackRow.created_at, FeedbackRow.id, place),
            )
            .order_by(FeedbackRow.created_at.desc(), FeedbackRow.id)
        )
        with Session(self._engine) as session:
            readable = (row for row in session.scalars(newest) if scope.covers(row.kept_scope))
            return [_stored(row) for row in islice(readable, limit)]

    def remove(self, opinion_id: str, scope: Scope, actor: Actor) -> None:
        """Raises `NotFound`, also for one that may not be read in this scope."""
        with Session(writing(self._engine)) as session, session.begin():
            row = session.get(FeedbackRow, opinion_id)
            if row is None or not scope.covers(row.kept_scope):
                raise NotFound("There is no such feedback.")
            session.execute(delete(FeedbackRow).where(FeedbackRow.id == opinion_id))
            record(session, actor, Event(Action.FEEDBACK_REMOVED, "feedback", opinion_id))

    def forget_old(self) -> int:
        """Delete what was kept for long enough; returns how many."""
        with Session(writing(self._engine)) as session, session.begin():
            gone = session.execute(delete(FeedbackRow).where(FeedbackRow.created_at <= utc_now() - self._kept))
            return cast(int, gone.rowcount)  # type: ignore[attr-defined]


def _stored(row: FeedbackRow) -> StoredOpinion:
    reason = FeedbackReason(row.reason) if row.reason else None
    opinion = Opinion(Rating(row.rating), row.comment, row.question, row.answer, reason)
    return StoredOpinion(row.id, row.created_at.replace(tzinfo=UTC), opinion)
