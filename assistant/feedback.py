"""What people say of answers: kept as they chose to send it, and not who they were."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import cast

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.answer import Answer
from assistant.audit import record
from assistant.conversation_rows import FeedbackRow
from assistant.event import Action, Actor, Event
from assistant.kept_scope import scope_columns
from assistant.stored_answer import packed, unpacked
from index.database import utc_now, writing
from index.errors import NotFound
from index.language import detect_language
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


class Source(StrEnum):
    """Where people say it."""

    CHAT = "chat"
    WIDGET = "widget"
    API = "api"


@dataclass(frozen=True, slots=True)
class Via:
    """The way that an opinion came: `site` is the id of the website, where it is a visitor's."""

    source: Source = Source.API
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """A rating with whatever else was sent along: the question and answer only if the person wanted that.

    The answer is `given`, with its citations, where the server has it, and else the words that were sent as `answer`.
    """

    rating: Rating
    comment: str | None = None
    question: str | None = None
    answer: str | None = None
    reason: FeedbackReason | None = None
    given: Answer | None = None

    @property
    def language(self) -> str | None:
        """The language of what was sent along; None where nothing was."""
        if self.given is not None:
            return self.given.language
        return detect_language(self.question) if self.question else None


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
        self.engine = engine
        self._kept = timedelta(days=days)

    @property
    def oldest(self) -> datetime:
        """What came before, in the time of the tables, is kept no longer."""
        return utc_now() - self._kept

    def add(self, opinion: Opinion, scope: Scope, via: Via = Via()) -> str:
        """Keep an opinion of somebody with this scope; returns its id."""
        opinion_id, now, given = secrets.token_hex(16), utc_now(), _sent_along(opinion)
        with Session(writing(self.engine)) as session, session.begin():
            session.execute(delete(FeedbackRow).where(FeedbackRow.created_at <= now - self._kept))
            session.add(
                FeedbackRow(
                    id=opinion_id, created_at=now, rating=opinion.rating.value, comment=opinion.comment,
                    question=opinion.question, answer=None if given else opinion.answer,
                    given=packed(given) if given else None, language=opinion.language, source=via.source.value,
                    site=via.site, state="open", reason=opinion.reason.value if opinion.reason else None,
                    **scope_columns(scope),
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
                FeedbackRow.created_at > self.oldest,
                *behind(FeedbackRow.created_at, FeedbackRow.id, place),
            )
            .order_by(FeedbackRow.created_at.desc(), FeedbackRow.id)
        )
        with Session(self.engine) as session:
            readable = (row for row in session.scalars(newest) if scope.covers(row.kept_scope))
            return [stored_opinion(row) for row in islice(readable, limit)]

    def remove(self, opinion_id: str, scope: Scope, actor: Actor) -> None:
        """Raises `NotFound`, also for one that may not be read in this scope."""
        with Session(writing(self.engine)) as session, session.begin():
            row = session.get(FeedbackRow, opinion_id)
            if row is None or not scope.covers(row.kept_scope):
                raise NotFound("There is no such feedback.")
            session.execute(delete(FeedbackRow).where(FeedbackRow.id == opinion_id))
            record(session, actor, Event(Action.FEEDBACK_REMOVED, "feedback", opinion_id))

    def forget_old(self) -> int:
        """Delete what was kept for long enough; returns how many."""
        with Session(writing(self.engine)) as session, session.begin():
            gone = session.execute(delete(FeedbackRow).where(FeedbackRow.created_at <= self.oldest))
            return cast(int, gone.rowcount)  # type: ignore[attr-defined]


def _sent_along(opinion: Opinion) -> Answer | None:
    """The answer, without the question in it where that is not to be kept."""
    if opinion.given is None or opinion.question is not None:
        return opinion.given
    return replace(opinion.given, question="", searched=None)


def stored_opinion(row: FeedbackRow) -> StoredOpinion:
    """The opinion of a row, with the answer as it was given: see `assistant.still_shown` for what may be shown now."""
    reason = FeedbackReason(row.reason) if row.reason else None
    given = unpacked(row.given) if row.given else None
    opinion = Opinion(Rating(row.rating), row.comment, row.question, row.answer, reason, given)
    return StoredOpinion(row.id, row.created_at.replace(tzinfo=UTC), opinion)
