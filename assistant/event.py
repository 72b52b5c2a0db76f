"""What the audit keeps: who did what to which object. Never the words of a question or of a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

LONGEST_VALUE = 200
"""Characters of one text in an entry's detail."""
MOST_VALUES = 20
"""Texts of one list in an entry's detail."""

Kind = Literal["document", "job", "library", "export", "key", "site", "conversation", "feedback", "session", "person"]
Value = str | int | bool | None | tuple[str, ...]


class Action(StrEnum):
    """Everything that leaves an entry."""

    DOCUMENTS_UPLOADED = "documents.uploaded"
    DOCUMENTS_CRAWLED = "documents.crawled"
    DOCUMENT_RELABELLED = "document.relabelled"
    DOCUMENT_RENAMED = "document.renamed"
    DOCUMENT_REMOVED = "document.removed"
    DOCUMENTS_EXPORTED = "documents.exported"
    JOB_CANCELLED = "job.cancelled"
    JOB_RETRIED = "job.retried"
    INGEST_BEGUN = "ingest.begun"
    INGEST_ENDED = "ingest.ended"
    LIBRARY_REINDEXED = "library.reindexed"
    LIBRARY_BACKED_UP = "library.backed_up"
    LIBRARY_RESTORED = "library.restored"
    KEY_CREATED = "key.created"
    KEY_CHANGED = "key.changed"
    KEY_REVOKED = "key.revoked"
    SITE_CREATED = "site.created"
    SITE_CHANGED = "site.changed"
    SITE_REMOVED = "site.removed"
    SIGNED_IN = "session.signed_in"
    SIGNED_OUT = "session.signed_out"
    SIGN_IN_REFUSED = "session.refused"
    CONVERSATIONS_ERASED = "conversations.erased"
    CONVERSATION_SHARED = "conversation.shared"
    CONVERSATION_UNSHARED = "conversation.unshared"
    CONVERSATION_READ = "conversation.read"
    FEEDBACK_REMOVED = "feedback.removed"
    FEEDBACK_REVIEWED = "feedback.reviewed"
    CASE_MADE = "feedback.case_made"
    CASE_REMOVED = "feedback.case_removed"
    CASES_EXPORTED = "feedback.cases_exported"
    PERSON_EXPORTED = "person.exported"
    PERSON_ERASED = "person.erased"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: the owner of a credential, or `cli:<account>`; `log_id` is that of the request, if it was one."""

    name: str
    role: str | None = None
    log_id: str | None = None


UNKNOWN = "unknown"
"""The name of an actor who was refused before it was known who it is."""


@dataclass(frozen=True, slots=True)
class Event:
    """What was done. `detail` holds a few short facts, such as the audience before and after."""

    action: Action
    kind: Kind
    object_id: str | None = None
    detail: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it was kept; `number` counts all that ever were, `at` is UTC, `detail` as it was packed."""

    number: int
    at: datetime
    actor: Actor
    action: str
    kind: str
    object_id: str | None
    detail: Mapping[str, Any]


def packed(detail: Mapping[str, Value]) -> str:
    """The detail as JSON, with texts cut to `LONGEST_VALUE` and lists to `MOST_VALUES`."""
    return json.dumps({name: _short(value) for name, value in detail.items()}, ensure_ascii=False)


def _short(value: Value) -> object:
    if isinstance(value, tuple):
        return [text[:LONGEST_VALUE] for text in value[:MOST_VALUES]]
    return value[:LONGEST_VALUE] if isinstance(value, str) else value
