"""The table of the audit, beside the library's own in the same database."""

from __future__ import annotations

import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from index.tables import Table


class AuditRow(Table):
    """One thing that somebody did. `number` never returns once used, so that a gap shows; `detail` is JSON."""

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 -- SQLAlchemy reads it so

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime.datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(160), index=True)
    role: Mapped[str | None] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str | None] = mapped_column(String(255), index=True)
    detail: Mapped[str] = mapped_column(Text)
    log_id: Mapped[str | None] = mapped_column(String(32))
