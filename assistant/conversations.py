"""Conversations: what somebody asked and was answered, kept on the server for nobody but them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import cast

from sqlalchemy import Engine, and_, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from assistant.access import Caller
from assistant.answer import Answer
from assistant.audit import record
from assistant.conversation_rows import ConversationRow, TurnRow
from assistant.event import Action, Actor, Event
from assistant.exchange import MOST_EXCHANGES, Exchange
from assistant.kept_scope import scope_columns
from assistant.stored_answer import packed, unpacked
from index.database import as_utc, utc_now, writing
from index.errors import InvalidRequest, NotFound
from index.paging import TimePlace, behind
from index.scope import Scope

MOST_TURNS = 200
"""Questions of one conversation, so that no single one grows without end."""
LONGEST_TITLE = 200
"""Characters of the name that somebody gives a conversation."""
_NONE = "There is no such conversation."
LONGEST_SESSION = timedelta(days=1)
"""The longest that anything is kept for a visitor of a website, whenever the session says it ends."""


class State(StrEnum):
    """What became of a question. `BROKEN`: the answer was cut off, by an error, a crash, or whoever asked."""

    ANSWERING = "answering"
    ANSWERED = "answered"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer as it was given then: see `assistant.still_shown` for what may be shown now."""

    number: int
    question: str
    asked_at: datetime
    state: State
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """`question` is the first one, `turns` their number. `scope` is what it was held in. Times are UTC.

    `title` is what its owner calls it, if they have named it.
    """

    id: str
    scope: Scope
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    question: str
    turns: int
    title: str | None = None


class Conversations:
    """Every method is one transaction, and takes whoever asks for it: another owner's conversation is as good as none.

    Safe for several threads and processes at once.
    """

    def __init__(self, engine: Engine, *, days: int, answer_seconds: float, share_days: float = 7) -> None:
        """A conversation ends `days` after its last question; an answer takes `answer_seconds` at most, else it broke.

        The latter shows for what was being answered when a process was killed, which could mark nothing. A link to one
        ends after `share_days`: see `assistant.shares`.
        """
        self.engine = engine
        self.share_days = share_days
        self._kept = timedelta(days=days)
        self._longest_answer = timedelta(seconds=answer_seconds)

    def begin(self, caller: Caller) -> str:
        """A new conversation's id, which cannot be guessed."""
        conversation_id, now = secrets.token_hex(16), utc_now()
        with Session(writing(self.engine)) as session, session.begin():
            session.execute(delete(ConversationRow).where(ConversationRow.expires_at <= now))
            session.add(
                ConversationRow(
                    id=conversation_id, owner=caller.owner, created_at=now, used_at=now,
                    expires_at=self._expiry(caller, now), **scope_columns(caller.scope),
                )
            )  # fmt: skip
        return conversation_id

    def get(self, conversation_id: str, caller: Caller) -> Conversation:
        """Raises `NotFound`, also for one that is another owner's or has ended: all look the same."""
        with Session(self.engine) as session:
            row = owned_row(session, conversation_id, caller)
            first, last = session.execute(_ASKED.where(ConversationRow.id == row.id)).one()[1:]
            return _conversation(row, first, last)

    def of(self, caller: Caller, *, limit: int | None = None, place: TimePlace | None = None) -> list[Conversation]:
        """The caller's own in which something was asked, the last used first: all, or so many behind a place."""
        own = (
            ConversationRow.owner == caller.owner,
            ConversationRow.expires_at > utc_now(),
            _FIRST.number.is_not(None),
            *behind(ConversationRow.used_at, ConversationRow.id, place),
        )
        newest = _ASKED.where(*own).order_by(ConversationRow.used_at.desc(), ConversationRow.id).limit(limit)
        with Session(self.engine) as session:
            return [_conversation(*row) for row in session.execute(newest)]

    def with_words(self, words: str, caller: Caller) -> list[Conversation]:
        """The caller's own whose name or questions hold these words, in any case, the last used first.

        Answers are not looked through: they hold words of documents that the caller may not see any more.
        """
        wanted = words.casefold()
        asked = select(TurnRow.conversation_id, TurnRow.question).join(ConversationRow)
        own = asked.where(ConversationRow.owner == caller.owner)
        with Session(self.engine) as session:
            # In Python: databases disagree on the small letters of other scripts.
            fitting = {id_ for id_, question in session.execute(own) if wanted in question.casefold()}
        return [held for held in self.of(caller) if held.id in fitting or wanted in (held.title or "").casefold()]

    def rename(self, conversation_id: str, caller: Caller, title: str) -> None:
        """Call it so; without a title, by its first question. Raises `NotFound`, `InvalidRequest`."""
        title = " ".join(title.split())
        if len(title) > LONGEST_TITLE:
            raise InvalidRequest(f"A name has at most {LONGEST_TITLE} characters.", code="title_too_long")
        with Session(writing(self.engine)) as session, session.begin():
            owned_row(session, conversation_id, caller).title = title or None

    def turns(self, conversation_id: str, caller: Caller) -> list[Turn]:
        """All questions, oldest first. Raises `NotFound`."""
        with Session(self.engine) as session:
            row = owned_row(session, conversation_id, caller)
            owned = select(TurnRow).where(TurnRow.conversation_id == row.id).order_by(TurnRow.number)
            return [self._turn(turn) for turn in session.scalars(owned)]

    def exchanges(self, conversation_id: str, caller: Caller) -> list[Exchange]:
        """What a next question may refer to, oldest first. Raises `NotFound`."""
        answers = [turn.answer for turn in self.turns(conversation_id, caller) if turn.answer is not None]
        return [Exchange.of(answer) for answer in answers[-MOST_EXCHANGES:]]

    def linked(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """A conversation with all its questions, whoever holds it: for those whom its owner has given a link.

        Raises `NotFound`.
        """
        with Session(self.engine) as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None or row.expires_at <= utc_now():
                raise NotFound(_NONE)
            first, last = session.execute(_ASKED.where(ConversationRow.id == row.id)).one()[1:]
            asked = select(TurnRow).where(TurnRow.conversation_id == row.id).order_by(TurnRow.number)
            return _conversation(row, first, last), [self._turn(turn) for turn in session.scalars(asked)]

    def ask(self, conversation_id: str, caller: Caller, question: str) -> int:
        """Keep a question before anybody works on it; returns its number. Raises `NotFound`, `InvalidRequest`."""
        now = utc_now()
        with Session(writing(self.engine)) as session, session.begin():
            row = owned_row(session, conversation_id, caller)
            last = session.scalar(select(func.max(TurnRow.number)).where(TurnRow.conversation_id == row.id)) or 0
            if last >= MOST_TURNS:
                sentence = f"This conversation has {MOST_TURNS} questions; begin a new one."
                raise InvalidRequest(sentence, code="conversation_full")
            session.add(TurnRow(conversation_id=row.id, number=last + 1, question=question, asked_at=now, broken=False))
            row.used_at, row.expires_at = now, self._expiry(caller, now)
            return last + 1

    def answered(self, conversation_id: str, number: int, answer: Answer) -> None:
        """Keep the whole answer; nothing happens where the conversation was deleted meanwhile."""
        self._settle(conversation_id, number, answer=packed(answer))

    def broke(self, conversation_id: str, number: int) -> None:
        """Say that no answer will come."""
        self._settle(conversation_id, number, broken=True)

    def remove(self, conversation_id: str, caller: Caller, log_id: str | None = None) -> None:
        """Raises `NotFound`."""
        with Session(writing(self.engine)) as session, session.begin():
            row = owned_row(session, conversation_id, caller)
            session.execute(delete(ConversationRow).where(ConversationRow.id == row.id))
            _record_erased(session, caller, log_id, 1)

    def remove_all(self, caller: Caller, log_id: str | None = None) -> None:
        """Delete all of the caller's own."""
        with Session(writing(self.engine)) as session, session.begin():
            gone = session.execute(delete(ConversationRow).where(ConversationRow.owner == caller.owner))
            _record_erased(session, caller, log_id, cast(int, gone.rowcount))  # type: ignore[attr-defined]

    def forget_ended(self) -> int:
        """Delete everybody's that have ended; returns how many."""
        with Session(writing(self.engine)) as session, session.begin():
            gone = session.execute(delete(ConversationRow).where(ConversationRow.expires_at <= utc_now()))
            return cast(int, gone.rowcount)  # type: ignore[attr-defined]

    def _settle(self, conversation_id: str, number: int, **values: object) -> None:
        one = (TurnRow.conversation_id == conversation_id, TurnRow.number == number, TurnRow.answer.is_(None))
        with Session(writing(self.engine)) as session, session.begin():
            session.execute(update(TurnRow).where(*one).values(values))

    def _expiry(self, caller: Caller, now: datetime) -> datetime:
        if caller.ends is None:
            return now + self._kept
        longest = LONGEST_SESSION if caller.role == "widget" else self._kept
        return min(caller.ends.astimezone(UTC).replace(tzinfo=None), now + longest)

    def _turn(self, row: TurnRow) -> Turn:
        answer = unpacked(row.answer) if row.answer is not None else None
        late = row.answer is not None or utc_now() > row.asked_at + self._longest_answer
        waiting = State.BROKEN if row.broken or late else State.ANSWERING
        return Turn(row.number, row.question, as_utc(row.asked_at), State.ANSWERED if answer else waiting, answer)


_FIRST = aliased(TurnRow)
_LAST = select(func.max(TurnRow.number)).where(TurnRow.conversation_id == ConversationRow.id).scalar_subquery()
# Questions are numbered from 1 and never deleted one by one, so the last one's number is how many there are.
_ASKED = select(ConversationRow, _FIRST.question, _LAST).outerjoin(
    _FIRST, and_(_FIRST.conversation_id == ConversationRow.id, _FIRST.number == 1)
)


def _record_erased(session: Session, caller: Caller, log_id: str | None, count: int) -> None:
    # Visitors are nobody: an entry of theirs would say nothing, and keep their session's name beyond its end.
    if count and caller.role != "widget":
        actor = Actor(caller.owner, caller.role, log_id)
        record(session, actor, Event(Action.CONVERSATIONS_ERASED, "conversation", None, {"count": count}))


def owned_row(session: Session, conversation_id: str, caller: Caller) -> ConversationRow:
    """The row of a conversation that is the caller's own. Raises `NotFound`."""
    row = session.get(ConversationRow, conversation_id)
    if row is None or row.owner != caller.owner or row.expires_at <= utc_now():
        raise NotFound(_NONE)
    return row


def _conversation(row: ConversationRow, question: str | None, turns: int | None) -> Conversation:
    created, used, expires = as_utc(row.created_at), as_utc(row.used_at), as_utc(row.expires_at)
    return Conversation(row.id, row.kept_scope, created, used, expires, question or "", turns or 0, row.title)
