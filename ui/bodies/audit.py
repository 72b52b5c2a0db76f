"""The audit as administrators read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.config import JsonDict

from assistant.event import Entry

_EXAMPLE: JsonDict = {
    "number": 4711,
    "at": "2026-11-25T09:02:11Z",
    "actor": "key:4f1c0d5b",
    "role": "staff",
    "action": "document.relabelled",
    "kind": "document",
    "object_id": "6f1c0d5b9e4a3f2071c8",
    "detail": {"from": "public", "to": "internal"},
    "log_id": "9f3a1c5be91f4a3f",
}


class EntryBody(BaseModel):
    """One thing that somebody did. `role` and `log_id` are null for what was done on the command line."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    number: int
    at: datetime
    actor: str
    role: str | None
    action: str
    kind: str
    object_id: str | None
    detail: dict[str, JsonValue]
    log_id: str | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            number=entry.number, at=entry.at, actor=entry.actor.name, role=entry.actor.role, action=entry.action,
            kind=entry.kind, object_id=entry.object_id, detail=dict(entry.detail), log_id=entry.actor.log_id,
        )  # fmt: skip


class AuditBody(BaseModel):
    """Entries, newest first. `next_cursor` leads to the ones before them; null where there are none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"entries": [_EXAMPLE], "next_cursor": "4711"}]})

    entries: list[EntryBody]
    next_cursor: str | None = Field(description="What to send as `cursor` for the next page")

    @classmethod
    def of(cls, entries: Sequence[Entry], limit: int) -> Self:
        """A page of at most `limit` of these entries; one more says that there is another page."""
        page = entries[:limit]
        cursor = str(page[-1].number) if len(entries) > limit else None
        return cls(entries=[EntryBody.of(entry) for entry in page], next_cursor=cursor)
