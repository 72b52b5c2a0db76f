"""Links by which the owner of a conversation lets colleagues read it, each as far as they may."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.access import Caller
from assistant.audit import record
from assistant.conversation_rows import ConversationRow, ShareRow
from assistant.conversations import Conversations, owned_row
from assistant.event import Action, Actor, Event
from assistant.keys import digest
from index.database import as_utc, utc_now, writing
from index.errors import NotFound

PREFIX = "mdl_"
"""How every link's token begins, so that a scanner finds one that has been published by mistake."""
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewShare:
    """A link's token, which nobody can read again, and when it ends (UTC)."""

    token: str
    ends: datetime


class Shares:
    """One link a conversation: a new one ends the one before. Every method is one transaction.

    A link lets nobody in. Whoever opens it has a credential of their own, and sees what that one may see.
    """

    def __init__(self, conversations: Conversations) -> None:
        self._engine = conversations.engine
        self._longest = timedelta(days=conversations.share_days)

    def make(self, conversation_id: str, caller: Caller, log_id: str | None = None) -> NewShare:
        """A link to the caller's own conversation. Raises `NotFound`."""
        token, now = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES), utc_now()
        with Session(writing(self._engine)) as session, session.begin():
            owned = owned_row(session, conversation_id, caller)
            ends = now + self._longest
            if caller.ends is not None:
                ends = min(ends, caller.ends.replace(tzinfo=None))
            session.merge(ShareRow(conversation_id=owned.id, hash=digest(token), created_at=now, expires_at=ends))
            detail = {"until": ends.isoformat(timespec="seconds")}
            _record(session, caller, log_id, Event(Action.CONVERSATION_SHARED, "conversation", owned.id, detail))
        return NewShare(token, as_utc(ends))

    def ends(self, conversation_id: str, caller: Caller) -> datetime | None:
        """When the link to the caller's own conversation ends; None where there is none. Raises `NotFound`."""
        with Session(self._engine) as session:
            row = session.get(ShareRow, owned_row(session, conversation_id, caller).id)
            return as_utc(row.expires_at) if row is not None and row.expires_at > utc_now() else None

    def end(self, conversation_id: str, caller: Caller, log_id: str | None = None) -> None:
        """End the link to the caller's own conversation, if there is one. Raises `NotFound`."""
        with Session(writing(self._engine)) as session, session.begin():
            row = session.get(ShareRow, owned_row(session, conversation_id, caller).id)
            if row is not None:
                session.delete(row)
                event = Event(Action.CONVERSATION_UNSHARED, "conversation", conversation_id)
                _record(session, caller, log_id, event)

    def opened(self, token: str, caller: Caller, log_id: str | None = None) -> str:
        """The id of the conversation that a link leads to; that somebody else reads it leaves an entry in the audit.

        Raises `NotFound`, alike for a link that never was, has ended, or leads nowhere any more.
        """
        linked = (
            select(ConversationRow)
            .join(ShareRow, ShareRow.conversation_id == ConversationRow.id)
            .where(ShareRow.hash == digest(token), ShareRow.expires_at > utc_now())
        )
        with Session(writing(self._engine)) as session, session.begin():
            # What has ended need not be known any longer.
            session.execute(delete(ShareRow).where(ShareRow.expires_at <= utc_now()))
            row = session.scalar(linked)
            found = row.id if row is not None else None
            if row is not None and row.owner != caller.owner:
                _record(session, caller, log_id, Event(Action.CONVERSATION_READ, "conversation", row.id))
        if found is None:
            raise NotFound("There is no such link, or it has ended.")
        return found


def _record(session: Session, caller: Caller, log_id: str | None, event: Event) -> None:
    record(session, Actor(caller.owner, caller.role, log_id), event)
