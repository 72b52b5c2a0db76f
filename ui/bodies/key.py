"""Access keys as programs read them: everything but the secret."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from assistant.keys import AccessKey, KeyState, NewKey
from assistant.roles import KeyRole


class KeyBody(BaseModel):
    """One key. `collections` are those that it may read, null for all. Times are UTC."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    role: KeyRole
    state: KeyState
    collections: list[str] | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: AccessKey) -> KeyBody:
        body = cls.model_validate(key)
        return body.model_copy(update={"collections": sorted(body.collections)}) if body.collections else body


class NewKeyBody(KeyBody):
    """A key that was just made; its secret is shown this once."""

    key: str

    @classmethod
    def shown_once(cls, made: NewKey) -> NewKeyBody:
        return cls(key=made.secret, **KeyBody.of(made.key).model_dump())


class KeysBody(BaseModel):
    """All keys, the newest first."""

    keys: list[KeyBody]

    @classmethod
    def of(cls, keys: Sequence[AccessKey]) -> KeysBody:
        return cls(keys=[KeyBody.of(key) for key in keys])
