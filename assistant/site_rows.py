"""The tables of the sites that embed the widget, and of what each has asked on a day."""

from __future__ import annotations

import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from index.tables import Table


class SiteRow(Table):
    """`origins`, `contacts` and `texts` are JSON lists. A removed site keeps its row: its id never means another."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    origins: Mapped[str] = mapped_column(Text)
    contacts: Mapped[str] = mapped_column(Text)
    texts: Mapped[str] = mapped_column(Text, server_default="[]")
    daily_budget: Mapped[int | None]
    created_at: Mapped[datetime.datetime]
    removed_at: Mapped[datetime.datetime | None]


class SiteDayRow(Table):
    """How many questions came from one site on one day (UTC); the row of the empty site counts those of all."""

    __tablename__ = "site_days"

    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    questions: Mapped[int]
