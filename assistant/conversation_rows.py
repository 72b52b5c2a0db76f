"""The tables of conversations and feedback, beside the library's own in the same database."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, String, Text
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


class FeedbackRow(KeptScope, Table):
    """What somebody chose to say of an answer: neither who it was nor which conversation it comes from.

    Its scope is what they could see, and so what the answer may hold words of.
    """

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime.datetime] = mapped_column(index=True)
    rating: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(16))
    comment: Mapped[str | None] = mapped_column(Text)
    question: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
