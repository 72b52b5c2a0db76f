"""Moving windows in the library's PostgreSQL database, for servers that share it.

A row a call, counted by the database's own clock: servers whose clocks differ count alike. Names are kept as hashes,
since many hold an address.
"""

from __future__ import annotations

import hashlib
import time
from threading import Lock

from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Engine, Float, Index, String, cast, delete, func, insert, literal_column, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from index.errors import LibraryUnusable
from index.postgresql import in_turn
from index.tables import Table

_TIDY_SECONDS = 60.0
# The moment of each statement; `now()` would be the transaction's, which may have waited for its turn.
_NOW = cast(func.extract("epoch", func.clock_timestamp()), Float)


class CountedCallRow(Table):
    """One call, which counts `until` this time: seconds since 1970 by the database's clock. `name` is a hash."""

    __tablename__ = "counted_calls"
    __table_args__ = (Index("ix_counted_calls_name", "name", "until"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64))
    until: Mapped[float] = mapped_column(Float, index=True)


class WindowRows(Storage, MovingWindowSupport):
    """What `limits` counts in. Raises `LibraryUnusable` where the database cannot be used."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        # Without the lock of the library's writers: nothing of the library is read or changed.
        self._engine = engine.execution_options(isolation_level="READ COMMITTED")
        self._tidying = Lock()
        self._tidy_at = time.monotonic() + _TIDY_SECONDS

    @property
    def base_exceptions(self) -> type[Exception]:
        return LibraryUnusable

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` calls of this name if they fit in; each counts for `expiry` seconds."""
        name = _hash(key)
        self._tidy()
        with Session(self._engine) as session, session.begin():
            in_turn(session.connection(), name)
            counting = (CountedCallRow.name == name, CountedCallRow.until > _NOW)
            held = session.scalar(select(func.count()).select_from(CountedCallRow).where(*counting)) or 0
            if held + amount > limit:
                return False
            ends = select(literal_column(f"'{name}'"), _NOW + expiry)
            for _ in range(amount):
                session.execute(insert(CountedCallRow).from_select(["name", "until"], ends))
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the oldest call that counts was made, by this machine's clock, and how many count."""
        counting = (CountedCallRow.name == _hash(key), CountedCallRow.until > _NOW)
        left = func.min(CountedCallRow.until) - _NOW
        with Session(self._engine) as session:
            seconds, held = session.execute(select(left, func.count()).where(*counting)).one()
        return time.time() + (seconds if seconds is not None else expiry) - expiry, held

    def check(self) -> bool:
        with Session(self._engine) as session:
            return session.scalar(select(1)) == 1

    def reset(self) -> int | None:
        return self._remove()

    def clear(self, key: str) -> None:
        self._remove(CountedCallRow.name == _hash(key))

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("calls are counted in moving windows only")

    def get(self, key: str) -> int:
        raise NotImplementedError("calls are counted in moving windows only")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("calls are counted in moving windows only")

    def _tidy(self) -> None:
        """Once a minute in each process: names that are not called again leave their rows."""
        with self._tidying:
            if time.monotonic() < self._tidy_at:
                return
            self._tidy_at = time.monotonic() + _TIDY_SECONDS
        self._remove(CountedCallRow.until <= _NOW)

    def _remove(self, *where: object) -> int:
        with Session(self._engine) as session, session.begin():
            return int(session.execute(delete(CountedCallRow).where(*where)).rowcount)  # type: ignore[arg-type, attr-defined]


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
