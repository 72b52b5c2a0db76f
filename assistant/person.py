"""What is kept of one person, by the owner's name that their credential has: all of it told, or all of it erased.

Feedback is not among it, because it is kept without who sent it; what somebody decided on it is.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Engine, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from assistant.audit import record
from assistant.audit_rows import AuditRow
from assistant.conversation_rows import CaseRow, ConversationRow, FeedbackRow, ShareRow, TurnRow
from assistant.event import Action, Actor, Event
from assistant.person_credentials import Json, erase_key, erase_sign_ins, keys_of, sign_ins_of
from assistant.saved_rows import SavedSearchRow
from index.database import writing
from index.errors import NotFound
from index.sqlite import overwriting, truncate_journal


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is kept of people.

    `read` gives all of an owner's, as they are told; `erase` removes them, or puts the pseudonym in their place, and
    returns how many there were.
    """

    name: str
    read: Callable[[Session, str], list[Json]]
    erase: Callable[[Session, str, str], int]


@dataclass(frozen=True, slots=True)
class Erased:
    """`counts` says how much was erased of each holding; the audit has the pseudonym where it had the owner."""

    pseudonym: str
    counts: Mapping[str, int]


def export_person(engine: Engine, owner: str, actor: Actor) -> dict[str, list[Json]]:
    """Everything that is kept of an owner, by the holding's name, all from one moment. Raises `NotFound`."""
    with Session(writing(engine)) as session, session.begin():
        held = {holding.name: holding.read(session, owner) for holding in HOLDINGS}
        if not any(held.values()):
            raise NotFound(f"Nothing is kept of {owner}.")
        record(session, actor, Event(Action.PERSON_EXPORTED, "person", owner))
    return held


def erase_person(engine: Engine, owner: str, actor: Actor) -> Erased:
    """Erase everything that is kept of an owner, in one transaction. Raises `NotFound`.

    Entries of the audit stay, under a pseudonym: that a document was made public or removed must still be known, and
    the entries of one person belong together; who it was is nowhere any more. Backups made before still hold it.
    """
    pseudonym = f"erased:{secrets.token_hex(8)}"
    with Session(writing(engine)) as session, session.begin(), overwriting(session.connection()):
        counts = {holding.name: holding.erase(session, owner, pseudonym) for holding in HOLDINGS}
        if not any(counts.values()):
            raise NotFound(f"Nothing is kept of {owner}.")
        # Whoever erases themselves is not named either.
        by = Actor(pseudonym, actor.role) if actor.name == owner else actor
        record(session, by, Event(Action.PERSON_ERASED, "person", pseudonym, dict(counts)))
    truncate_journal(engine)
    return Erased(pseudonym, counts)


def _conversations(session: Session, owner: str) -> list[Json]:
    own = select(ConversationRow).where(ConversationRow.owner == owner).order_by(ConversationRow.created_at)
    return [
        {
            "id": row.id,
            "title": row.title,
            "created_at": f"{row.created_at.isoformat()}Z",
            "expires_at": f"{row.expires_at.isoformat()}Z",
            "link_until": _link_until(session, row.id),
            "turns": _turns(session, row.id),
        }
        for row in session.scalars(own)
    ]


def _link_until(session: Session, conversation_id: str) -> str | None:
    row = session.get(ShareRow, conversation_id)
    return f"{row.expires_at.isoformat()}Z" if row is not None else None


def _turns(session: Session, conversation_id: str) -> list[Json]:
    turns = select(TurnRow).where(TurnRow.conversation_id == conversation_id).order_by(TurnRow.number)
    return [
        {
            "asked_at": f"{row.asked_at.isoformat()}Z",
            "question": row.question,
            "answer": None if row.answer is None else json.loads(row.answer),
        }
        for row in session.scalars(turns)
    ]


def _erase_conversations(session: Session, owner: str, _: str) -> int:
    gone = session.execute(delete(ConversationRow).where(ConversationRow.owner == owner))
    return cast(int, gone.rowcount)  # type: ignore[attr-defined]


def _saved_searches(session: Session, owner: str) -> list[Json]:
    own = select(SavedSearchRow).where(SavedSearchRow.owner == owner).order_by(SavedSearchRow.created_at)
    return [
        {
            "id": row.id,
            "name": row.name,
            "address": row.address,
            "created_at": f"{row.created_at.isoformat()}Z",
            "seen_at": f"{row.seen_at.isoformat()}Z",
            "feed_at": f"{row.feed_at.isoformat()}Z" if row.feed_at else None,
        }
        for row in session.scalars(own)
    ]


def _erase_saved_searches(session: Session, owner: str, _: str) -> int:
    gone = session.execute(delete(SavedSearchRow).where(SavedSearchRow.owner == owner))
    return cast(int, gone.rowcount)  # type: ignore[attr-defined]


def _entries(session: Session, owner: str) -> list[Json]:
    entries = select(AuditRow).where(_by_or_about(owner)).order_by(AuditRow.number)
    return [
        {
            "number": row.number,
            "at": f"{row.at.isoformat()}Z",
            "actor": row.actor,
            "action": row.action,
            "object": row.kind if row.object_id is None else f"{row.kind}:{row.object_id}",
            "detail": json.loads(row.detail),
        }
        for row in session.scalars(entries)
    ]


def _reviews(session: Session, owner: str) -> list[Json]:
    """The reports that this one has decided on or made a case of: not their words, which are other people's."""
    decided = select(FeedbackRow.id, FeedbackRow.state, FeedbackRow.note).where(FeedbackRow.reviewed_by == owner)
    made = select(CaseRow.feedback_id).where(CaseRow.made_by == owner)
    told: list[Json] = [{"report": id_, "state": state, "note": note} for id_, state, note in session.execute(decided)]
    return [*told, *({"case": id_} for id_ in session.scalars(made))]


def _replace_in_reviews(session: Session, owner: str, pseudonym: str) -> int:
    count = len(_reviews(session, owner))
    session.execute(update(FeedbackRow).where(FeedbackRow.reviewed_by == owner).values(reviewed_by=pseudonym))
    session.execute(update(CaseRow).where(CaseRow.made_by == owner).values(made_by=pseudonym))
    return count


def _replace_in_entries(session: Session, owner: str, pseudonym: str) -> int:
    count = session.scalar(select(func.count()).select_from(AuditRow).where(_by_or_about(owner))) or 0
    session.execute(update(AuditRow).where(AuditRow.actor == owner).values(actor=pseudonym, log_id=None))
    # The detail of an entry about a person may tell who it is.
    session.execute(update(AuditRow).where(_about(owner)).values(object_id=pseudonym, detail="{}"))
    return count


def _by_or_about(owner: str) -> ColumnElement[bool]:
    return or_(AuditRow.actor == owner, _about(owner))


def _about(owner: str) -> ColumnElement[bool]:
    """Entries whose object is the person, or the credential that the owner is named by, as `key:4f1c0d5b` is."""
    kind, _, object_id = owner.partition(":")
    named = and_(AuditRow.kind == kind, AuditRow.object_id == object_id)
    return or_(named, and_(AuditRow.kind == "person", AuditRow.object_id == owner))


HOLDINGS = (
    Holding("conversations", _conversations, _erase_conversations),
    Holding("saved_searches", _saved_searches, _erase_saved_searches),
    Holding("sign_ins", sign_ins_of, erase_sign_ins),
    Holding("keys", keys_of, erase_key),
    Holding("reviews", _reviews, _replace_in_reviews),
    Holding("audit", _entries, _replace_in_entries),
)
"""Whatever else is kept by owner belongs here too."""
