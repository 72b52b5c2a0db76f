"""Where a list was left: the next page begins behind an entry, so nothing is repeated or left out by what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True, slots=True)
class TimePlace:
    """An entry of a list that begins with the newest; `at` is its time as the tables hold it (UTC, without a zone)."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class TitlePlace:
    """An entry of a list in the order of titles."""

    title: str
    id: str


def behind(
    time: InstrumentedAttribute[datetime], id_: InstrumentedAttribute[str], place: TimePlace | None
) -> list[ColumnElement[bool]]:
    """Conditions of the entries behind `place`, newest first and then by id; none for the first page."""
    if place is None:
        return []
    return [or_(time < place.at, and_(time == place.at, id_ > place.id))]
