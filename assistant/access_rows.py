"""The tables of access keys and of the sessions that people sign in to, beside the library's own."""

from __future__ import annotations

import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from index.tables import Table


class AccessKeyRow(Table):
    """`collections` is a JSON list of those that the key reads, null for all. A key that was revoked stays listed."""

    __tablename__ = "access_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    collections: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime]
    revoked_at: Mapped[datetime.datetime | None]
    last_used_at: Mapped[datetime.datetime | None]


class SignInRow(Table):
    """One browser's session; `hash` is that of its token. Without a key, `owner` and `role` come from a provider."""

    __tablename__ = "sign_ins"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    role: Mapped[str] = mapped_column(String(16))
    key_id: Mapped[str | None] = mapped_column(ForeignKey("access_keys.id", ondelete="CASCADE"))
    created_at: Mapped[datetime.datetime]
    expires_at: Mapped[datetime.datetime] = mapped_column(index=True)
