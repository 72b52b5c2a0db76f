"""What people say of answers: kept as they chose to send it, and not who they were."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.conversation_rows import FeedbackRow
from index.database import utc_now, writing
from index.errors import NotFound
from index.paging import TimePlace, behind


class Rating(StrEnum):
    """What somebody thinks of an answer; `WRONG`: it says what is not so, which is worse than of no help."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A rating with whatever else was sent along: the question and answer only if the person wanted that."""

    rating: Rating
    comment: str | None = None
    question: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class StoredOpinion:
    """An opinion with its id and the time (UTC) it came."""

    id: str
    created_at: datetime
    opinion: Opinion


class Feedback:
    """Every method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, opinion: Opinion) -> str:
        """Keep an opinion; returns its id."""
        opinion_id, now = secrets.token_hex(16), utc_now()
        with Session(writing(self._engine)) as session, session.begin():
            session.add(
                FeedbackRow(
                    id=opinion_id, created_at=now, rating=opinion.rating.value, comment=opinion.comment,
                    question=opinion.question, answer=opinion.answer,
                )
            )  # fmt: skip
        return opinion_id

    def newest(self, limit: int, place: TimePlace | None = None) -> list[StoredOpinion]:
        """For staff: the last ones, or those behind a place in that list, newest first."""
        newest = (
            select(FeedbackRow)
            .where(*behind(FeedbackRow.created_at, FeedbackRow.id, place))
            .order_by(FeedbackRow.created_at.desc(), FeedbackRow.id)
            .limit(limit)
        )
        with Session(self._engine) as session:
            return [_stored(row) for row in session.scalars(newest)]

    def remove(self, opinion_id: str) -> None:
        """Raises `NotFound`."""
        with Session(writing(self._engine)) as session, session.begin():
            if session.get(FeedbackRow, opinion_id) is None:
                raise NotFound("There is no such feedback.")
            session.execute(delete(FeedbackRow).where(FeedbackRow.id == opinion_id))


def _stored(row: FeedbackRow) -> StoredOpinion:
    opinion = Opinion(Rating(row.rating), row.comment, row.question, row.answer)
    return StoredOpinion(row.id, row.created_at.replace(tzinfo=UTC), opinion)
