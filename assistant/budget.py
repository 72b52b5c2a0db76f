"""How many questions the widget may cost in a day: counted in the database, so that no restart forgives any."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.site_rows import SiteDayRow
from assistant.sites import Site
from index.database import utc_now, writing
from index.errors import TooManyRequests

_ALL_SITES = ""
BUDGET_SPENT = "budget_spent"
"""The code of the refusal, by which visitors are told to come back tomorrow."""
KEPT_DAYS = 400
"""Days until a site's count of a day is deleted: a year can be compared with the one before it."""


class Budget:
    """One row per site and day, and one per day for all sites together. A day begins at midnight UTC."""

    def __init__(self, engine: Engine, *, per_site: int, overall: int) -> None:
        """`per_site` is questions a day for a site that has no number of its own, `overall` for all together."""
        self._engine = engine
        self._per_site = per_site
        self._overall = overall

    def spend(self, site: Site) -> None:
        """Count one question. Raises `TooManyRequests` where the day's are used up; nothing is counted then."""
        try:
            spent = self._spent(site)
        except IntegrityError:
            # Another process has just begun the same day.
            spent = self._spent(site)
        if not spent:
            raise TooManyRequests(
                "This help has answered as many questions as it may today.", retry_after=_seconds_left(),
                code=BUDGET_SPENT,
            )  # fmt: skip

    def used(self, site_id: str = _ALL_SITES) -> int:
        """Today's questions of one site, or of all together."""
        with Session(self._engine) as session:
            return session.scalar(select(SiteDayRow.questions).where(*_row(utc_now().date(), site_id))) or 0

    def _spent(self, site: Site) -> bool:
        today = utc_now().date()
        per_site = self._per_site if site.daily_budget is None else site.daily_budget
        with Session(writing(self._engine)) as session:
            for site_id, most in ((site.id, per_site), (_ALL_SITES, self._overall)):
                if not _counted(session, today, site_id, most):
                    return False
            session.commit()
        return True


def _counted(session: Session, day: date, site_id: str, most: int) -> bool:
    more = (
        update(SiteDayRow)
        .where(*_row(day, site_id), SiteDayRow.questions < most)
        .values(questions=SiteDayRow.questions + 1)
        .execution_options(synchronize_session=False)
    )
    if cast(int, session.execute(more).rowcount):  # type: ignore[attr-defined]
        return True
    if most < 1 or session.get(SiteDayRow, (day, site_id)) is not None:
        return False
    session.add(SiteDayRow(day=day, site_id=site_id, questions=1))
    session.flush()
    if site_id == _ALL_SITES:
        # Once a day, with its first question.
        session.execute(delete(SiteDayRow).where(SiteDayRow.day < day - timedelta(days=KEPT_DAYS)))
    return True


def _row(day: date, site_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SiteDayRow.day == day, SiteDayRow.site_id == site_id


def _seconds_left() -> int:
    now = datetime.now(UTC)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return int((midnight - now).total_seconds()) + 1
