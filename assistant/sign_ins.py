"""Sessions of people who have signed in with a browser, by a key or by their organisation's own accounts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from assistant.access_rows import SignInRow
from assistant.keys import AccessKey, digest
from assistant.roles import KeyRole
from index.database import as_utc, utc_now, writing

PREFIX = "mds_"
"""How every session's token begins."""
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who has signed in, and until when (UTC). `key_id` names the key that the session stands and falls with."""

    owner: str
    role: KeyRole
    key_id: str | None
    ends: datetime


@dataclass(frozen=True, slots=True)
class NewSignIn:
    """A session with its token, of which only a hash is kept."""

    sign_in: SignIn
    token: str


class SignIns:
    """The sessions that have not ended. They are the server's own record: a browser holds nothing but the token."""

    def __init__(self, engine: Engine, *, hours: float) -> None:
        """A session ends so many hours after its beginning, whether it is used or not."""
        self._engine = engine
        self._longest = timedelta(hours=hours)

    def begin_with(self, key: AccessKey) -> NewSignIn:
        """A session of the key's holder, which ends when the key does at the latest."""
        return self._begin(key.owner, key.role, key.id, key.expires_at.replace(tzinfo=None))

    def begin_for(self, owner: str, role: KeyRole) -> NewSignIn:
        """A session of somebody whom a provider of accounts has named."""
        return self._begin(owner, role, None, datetime.max)

    def find(self, token: str) -> SignIn | None:
        with Session(self._engine) as session:
            row = session.get(SignInRow, digest(token))
            return _sign_in(row) if row is not None and row.expires_at > utc_now() else None

    def has_begun(self, owner: str) -> bool:
        """Whether a session stands of somebody whom a provider of accounts has named so."""
        standing = (SignInRow.owner == owner, SignInRow.key_id.is_(None), SignInRow.expires_at > utc_now())
        with Session(self._engine) as session:
            return session.scalar(select(SignInRow.owner).where(*standing).limit(1)) is not None

    def end(self, token: str) -> None:
        """Nothing happens where it has ended already."""
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(delete(SignInRow).where(SignInRow.hash == digest(token)))

    def _begin(self, owner: str, role: KeyRole, key_id: str | None, latest: datetime) -> NewSignIn:
        token, now = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES), utc_now()
        row = SignInRow(
            hash=digest(token), owner=owner, role=role, key_id=key_id, created_at=now,
            expires_at=min(latest, now + self._longest),
        )  # fmt: skip
        with Session(writing(self._engine)) as session, session.begin():
            session.execute(delete(SignInRow).where(SignInRow.expires_at <= now))
            session.add(row)
            session.flush()
            return NewSignIn(_sign_in(row), token)


def _sign_in(row: SignInRow) -> SignIn:
    return SignIn(row.owner, cast(KeyRole, row.role), row.key_id, as_utc(row.expires_at))
