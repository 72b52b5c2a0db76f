"""The credentials of one person: the key that they are named by, and the sessions that they have begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant.access_rows import AccessKeyRow, SignInRow
from index.database import utc_now

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
_KEY = "key:"


def keys_of(session: Session, owner: str) -> list[Json]:
    row = _key(session, owner)
    if row is None:
        return []
    return [
        {
            "id": row.id,
            "name": row.name,
            "role": row.role,
            "created_at": _told(row.created_at),
            "expires_at": _told(row.expires_at),
            "last_used_at": _told(row.last_used_at) if row.last_used_at else None,
        }
    ]


def erase_key(session: Session, owner: str, pseudonym: str) -> int:
    """The key ends, and nothing tells any more whose it was; that it was made keeps the server closed."""
    row = _key(session, owner)
    if row is None:
        return 0
    row.name, row.last_used_at, row.revoked_at = pseudonym, None, row.revoked_at or utc_now()
    return 1


def sign_ins_of(session: Session, owner: str) -> list[Json]:
    own = select(SignInRow).where(SignInRow.owner == owner).order_by(SignInRow.created_at)
    return [
        {"role": row.role, "created_at": _told(row.created_at), "expires_at": _told(row.expires_at)}
        for row in session.scalars(own)
    ]


def erase_sign_ins(session: Session, owner: str, _: str) -> int:
    gone = session.execute(delete(SignInRow).where(SignInRow.owner == owner))
    return cast(int, gone.rowcount)  # type: ignore[attr-defined]


def _key(session: Session, owner: str) -> AccessKeyRow | None:
    return session.get(AccessKeyRow, owner.removeprefix(_KEY)) if owner.startswith(_KEY) else None


def _told(at: datetime) -> str:
    return f"{at.isoformat()}Z"
