"""Keeps an entry of a change in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from assistant.audit import record
from assistant.event import Action, Actor, Event, Value
from index.change import Change, JobWitness, Witness


def document_witness(actor: Actor) -> Witness:
    """Keeps what this actor does to documents: who may see them and, without the words of it, their title."""

    def witness(session: Session, change: Change) -> None:
        before = change.audience_before.value
        if change.audience is None:
            # The name of the file, since the document itself can no longer tell what it was.
            detail: dict[str, Value] = {"audience": before, "uri": change.uri}
            record(session, actor, Event(Action.DOCUMENT_REMOVED, "document", change.document_id, detail))
            return
        if change.audience.value != before:
            detail = {"from": before, "to": change.audience.value}
            record(session, actor, Event(Action.DOCUMENT_RELABELLED, "document", change.document_id, detail))
        if change.renamed:
            record(session, actor, Event(Action.DOCUMENT_RENAMED, "document", change.document_id))

    return witness


def job_witness(actor: Actor, action: Action, detail: Mapping[str, Value] | None = None) -> JobWitness:
    """Keeps what this actor asks of a job."""

    def witness(session: Session, job_id: str) -> None:
        record(session, actor, Event(action, "job", job_id, detail or {}))

    return witness
