"""The tables of conversations, their links, and feedback, beside the library's own in the same database."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.kept_scope import KeptScope
from index.tables import Table


class ConversationRow(KeptScope, Table):
    """`owner` is the credential it was begun with; its scope is what it was held in. `title` is what they call it."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    title: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime.datetime]
    used_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime] = mapped_column(index=True)


class TurnRow(Table):
    """One question. `answer` is JSON (see `assistant.stored_answer`), null until it is whole and where it broke off."""

    __tablename__ = "conversation_turns"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime.datetime]
    broken: Mapped[bool]
    answer: Mapped[str | None] = mapped_column(Text)


class ShareRow(Table):
    """The one link to a conversation that others may open; `hash` is that of its token."""

    __tablename__ = "conversation_shares"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]


class FeedbackRow(KeptScope, Table):
    """What somebody chose to say of an answer: neither who it was nor which conversation it comes from.

    Its scope is what they could see, and so what the answer may hold words of. `answer` are words that were sent along,
    `given` the whole answer of a conversation as JSON (see `assistant.stored_answer`), never both. The last four say
    what became of it, and by whose doing.
    """

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime.datetime] = mapped_column(index=True)
    rating: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(16))
    comment: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    given: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(16))
    site: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[str | None] = mapped_column(String(160), index=True)
    reviewed_at: Mapped[datetime.datetime | None]


class CaseRow(Table):
    """What a report asks of answers from now on. `places` is JSON, empty where the question has no answer."""

    __tablename__ = "evaluation_cases"

    feedback_id: Mapped[str] = mapped_column(ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    places: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(160), index=True)
    made_at: Mapped[datetime.datetime]
