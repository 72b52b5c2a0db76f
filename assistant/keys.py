"""Access keys: long random secrets that programs send and people sign in with. The library keeps only their hashes."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from assistant.access_rows import AccessKeyRow, SignInRow
from assistant.roles import KeyRole
from index.database import as_utc, utc_now, writing
from index.errors import InvalidRequest, LibraryUnusable, NotFound

KeyState = Literal["active", "expired", "revoked"]
PREFIX = "mdk_"
"""How every key begins, so that a scanner finds one that has been published by mistake."""
OWNER = "key:"
"""How the name begins under which things are kept for a key's holder."""
MOST_DAYS = 3650
LONGEST_NAME = 100
_SECRET_BYTES = 32
_NOTED_EVERY = timedelta(minutes=1)
"""How exact the time of a key's last use is: each note of it is a transaction."""
_NO_HASH = bytes(32)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What is known of a key. `collections` are those it may read, None for all. Times are UTC."""

    id: str
    name: str
    role: KeyRole
    collections: frozenset[str] | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def owner(self) -> str:
        """The name under which things are kept for whoever holds it."""
        return f"{OWNER}{self.id}"

    @property
    def state(self) -> KeyState:
        """Whether it is in force, and if not, why."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.expires_at > as_utc(utc_now()) else "expired"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which nobody can read again."""

    key: AccessKey
    secret: str


class Keys:
    """The library's keys. Each question is answered from the database, so a change is in force everywhere at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def exist(self) -> bool:
        """Whether a key was ever made: one that has ended counts too, for its end must not open the server to all."""
        with Session(self._engine) as session:
            return session.scalar(select(AccessKeyRow.id).limit(1)) is not None

    def create(self, role: KeyRole, *, days: int, name: str = "", collections: Iterable[str] | None = None) -> NewKey:
        """A new key that ends after so many days. Raises `InvalidRequest`."""
        if len(name) > LONGEST_NAME:
            raise InvalidRequest(f"A key's name has at most {LONGEST_NAME} characters.")
        readable = None if collections is None else frozenset(collections)
        key_id, random, now = secrets.token_hex(8), secrets.token_urlsafe(_SECRET_BYTES), utc_now()
        secret = f"{PREFIX}{key_id}_{random}"
        row = AccessKeyRow(
            id=key_id, name=name, role=role, hash=digest(secret), created_at=now, expires_at=now + timedelta(days=days),
            collections=json.dumps(sorted(readable), ensure_ascii=False) if readable is not None else None,
        )  # fmt: skip
        with Session(writing(self._engine)) as session, session.begin():
            session.add(row)
            session.flush()
            return NewKey(_key(row), secret)

    def all(self) -> list[AccessKey]:
        """Every key that was made, the newest first."""
        with Session(self._engine) as session:
            newest = select(AccessKeyRow).order_by(AccessKeyRow.created_at.desc(), AccessKeyRow.id)
            return [_key(row) for row in session.scalars(newest)]

    def revoke(self, key_id: str) -> AccessKey:
        """End a key and the sessions made with it, now; one that was revoked stays so. Raises `NotFound`."""
        with Session(writing(self._engine)) as session, session.begin():
            row = session.get(AccessKeyRow, key_id)
            if row is None:
                raise NotFound(f"There is no key {key_id}.")
            row.revoked_at = row.revoked_at or utc_now()
            session.execute(delete(SignInRow).where(SignInRow.key_id == key_id))
            return _key(row)

    def find(self, secret: str) -> AccessKey | None:
        """The key of this secret, if it is in force; it counts as used now."""
        key_id = secret.removeprefix(PREFIX).partition("_")[0]
        with Session(self._engine) as session:
            row = session.get(AccessKeyRow, key_id)
            # Compared even where there is no such key: the time tells nothing.
            is_right = hmac.compare_digest(row.hash if row else _NO_HASH, digest(secret))
            found = _key(row) if row is not None and is_right else None
        if found is None or found.state != "active":
            return None
        self._note_use(found)
        return found

    def in_force(self, key_id: str) -> AccessKey | None:
        """The key of this id, unless it has ended."""
        with Session(self._engine) as session:
            row = session.get(AccessKeyRow, key_id)
            found = _key(row) if row is not None else None
        return found if found is not None and found.state == "active" else None

    def _note_use(self, key: AccessKey) -> None:
        now = utc_now()
        if key.last_used_at is not None and as_utc(now) - key.last_used_at < _NOTED_EVERY:
            return
        try:
            with Session(writing(self._engine)) as session, session.begin():
                session.execute(update(AccessKeyRow).where(AccessKeyRow.id == key.id).values(last_used_at=now))
        except LibraryUnusable as error:
            # A full disk must not lock people out of what can still be read.
            _log.warning("the use of a key could not be noted", extra={"key": key.id, "code": error.code})


def digest(secret: str) -> bytes:
    """The hash that is kept of a secret of ours.

    A plain SHA-256 is right for it: 256 random bits cannot be guessed at any speed. A slow hash with a salt protects
    passwords, which people choose; here it would only cost a tenth of a second in every request.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _key(row: AccessKeyRow) -> AccessKey:
    collections = frozenset(json.loads(row.collections)) if row.collections is not None else None
    revoked, used = row.revoked_at, row.last_used_at
    return AccessKey(
        row.id, row.name, cast(KeyRole, row.role), collections, as_utc(row.created_at), as_utc(row.expires_at),
        as_utc(revoked) if revoked else None, as_utc(used) if used else None,
    )  # fmt: skip
