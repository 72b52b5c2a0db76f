"""The table of saved searches, beside the library's own in the same database."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from index.tables import Table


class SavedSearchRow(Table):
    """`address` is the part of the search page's behind its question mark, `seen` the newest passage at the last look.

    `feed_hash` is that of the feed's token, null where there is no feed.
    """

    __tablename__ = "saved_searches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime.datetime]
    seen: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime.datetime]
    feed_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    feed_at: Mapped[datetime.datetime | None]
