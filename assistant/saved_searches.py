"""Searches that people keep under a name, each with a feed if they want one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from assistant.access import Caller
from assistant.keys import digest
from assistant.saved_rows import SavedSearchRow
from index.database import as_utc, utc_now, writing
from index.errors import InvalidRequest, NotFound

PREFIX = "mdf_"
"""How every feed's token begins."""
MOST_SAVED = 50
"""Searches of one person."""
LONGEST_NAME = 200
LONGEST_ADDRESS = 8000
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """`address` is a search page's, behind its question mark. Passages above the number `seen` came after `seen_at`.

    Times are UTC; `feed_at` is when its feed was made, if it has one.
    """

    id: str
    owner: str
    name: str
    address: str
    created_at: datetime
    seen: int
    seen_at: datetime
    feed_at: datetime | None


class SavedSearches:
    """Every method is one transaction, and takes whoever asks for it: another owner's search is as good as none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, caller: Caller, name: str, address: str, newest: int) -> SavedSearch:
        """Keep a search; what is there up to the passage `newest` counts as seen. Raises `InvalidRequest`."""
        if len(address) > LONGEST_ADDRESS:
            raise InvalidRequest("This search is too long to be kept.")
        with Session(writing(self._engine)) as session, session.begin():
            own = select(func.count()).select_from(SavedSearchRow).where(SavedSearchRow.owner == caller.owner)
            if (session.scalar(own) or 0) >= MOST_SAVED:
                raise InvalidRequest(f"At most {MOST_SAVED} searches are kept for one person.", code="too_many_saved")
            now = utc_now()
            row = SavedSearchRow(
                id=secrets.token_hex(16), owner=caller.owner, name=_checked(name), address=address, created_at=now,
                seen=newest, seen_at=now, feed_hash=None, feed_at=None,
            )  # fmt: skip
            session.add(row)
            return _search(row)

    def of(self, caller: Caller) -> list[SavedSearch]:
        """The caller's own, by name."""
        own = select(SavedSearchRow).where(SavedSearchRow.owner == caller.owner)
        with Session(self._engine) as session:
            return sorted(map(_search, session.scalars(own)), key=lambda held: (held.name.casefold(), held.id))

    def get(self, search_id: str, caller: Caller) -> SavedSearch:
        """Raises `NotFound`, also for another owner's: both look the same."""
        with Session(self._engine) as session:
            return _search(_owned(session, search_id, caller))

    def rename(self, search_id: str, caller: Caller, name: str) -> None:
        """Raises `NotFound`, `InvalidRequest`."""
        with self._changing(search_id, caller) as row:
            row.name = _checked(name)

    def look(self, search_id: str, caller: Caller, newest: int) -> SavedSearch:
        """The search as it was; what is there up to the passage `newest` counts as seen from now on.

        Raises `NotFound`.
        """
        with self._changing(search_id, caller) as row:
            before = _search(row)
            row.seen, row.seen_at = newest, utc_now()
        return before

    def remove(self, search_id: str, caller: Caller) -> None:
        """With its feed. Raises `NotFound`."""
        with Session(writing(self._engine)) as session, session.begin():
            session.delete(_owned(session, search_id, caller))

    def open_feed(self, search_id: str, caller: Caller) -> str:
        """A new token for the feed, which nobody can read again; an earlier one ends. Raises `NotFound`."""
        token = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        with self._changing(search_id, caller) as row:
            row.feed_hash, row.feed_at = digest(token), utc_now()
        return token

    def close_feed(self, search_id: str, caller: Caller) -> None:
        """Its token ends. Raises `NotFound`."""
        with self._changing(search_id, caller) as row:
            row.feed_hash = row.feed_at = None

    def of_feed(self, token: str) -> SavedSearch:
        """The search whose feed has this token. Raises `NotFound`."""
        with Session(self._engine) as session:
            # By the hash of 256 random bits: how long it takes tells nothing that helps to guess them.
            row = session.scalar(select(SavedSearchRow).where(SavedSearchRow.feed_hash == digest(token)))
            if row is None:
                raise NotFound("There is no such feed, or no longer.")
            return _search(row)

    @contextmanager
    def _changing(self, search_id: str, caller: Caller) -> Iterator[SavedSearchRow]:
        with Session(writing(self._engine)) as session, session.begin():
            yield _owned(session, search_id, caller)


def _owned(session: Session, search_id: str, caller: Caller) -> SavedSearchRow:
    row = session.get(SavedSearchRow, search_id)
    if row is None or row.owner != caller.owner:
        raise NotFound("There is no such saved search.")
    return row


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidRequest(f"A name has 1 to {LONGEST_NAME} characters.", code="bad_name")
    return name


def _search(row: SavedSearchRow) -> SavedSearch:
    feed_at = as_utc(row.feed_at) if row.feed_at else None
    return SavedSearch(
        row.id, row.owner, row.name, row.address, as_utc(row.created_at), row.seen, as_utc(row.seen_at), feed_at
    )
