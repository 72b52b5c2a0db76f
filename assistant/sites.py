"""The public sites that may embed the widget."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from assistant.contact import Contact
from assistant.origins import normalised_origin
from assistant.site_rows import SiteRow
from assistant.site_texts import SiteTexts
from index.database import utc_now, writing
from index.errors import InvalidRequest, NotFound

DEMO_SITE = "demo"
"""The one site that exists without being added: the server's own demonstration page."""

LONGEST_NAME = 200
MOST_ORIGINS = 50
_FRESH_SECONDS = 2.0
"""How old the list of all origins may be: it only decides which pages may try, never which are let in."""

CONTACTS: TypeAdapter[tuple[Contact, ...]] = TypeAdapter(tuple[Contact, ...])
TEXTS: TypeAdapter[tuple[SiteTexts, ...]] = TypeAdapter(tuple[SiteTexts, ...])
_ORIGINS = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class Site:
    """A public site: pages of exactly these `origins` may embed the widget, and of none where there are none.

    `contacts` and `texts` stand in place of the general ones; `daily_budget` is questions a day, None: as many as by
    setting.
    """

    id: str
    name: str
    origins: tuple[str, ...]
    contacts: tuple[Contact, ...] = ()
    daily_budget: int | None = None
    created_at: datetime | None = None
    texts: tuple[SiteTexts, ...] = ()


class Sites:
    """Every call asks the database, so a change made by any process is in force for the next request."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._origins: frozenset[str] = frozenset()
        self._origins_until = 0.0

    def add(
        self, origins: Sequence[str], *, name: str = "", contacts: tuple[Contact, ...] = (),
        daily_budget: int | None = None, texts: tuple[SiteTexts, ...] = (),
    ) -> Site:  # fmt: skip
        """A new site; its id is public, and its name defaults to its first origin. Raises `InvalidRequest`."""
        listed = _checked_origins(origins)
        name = _checked_name(name or (listed[0] if listed else ""))
        now = utc_now()
        site = Site(
            secrets.token_hex(8), name, listed, contacts, _checked_budget(daily_budget), now.replace(tzinfo=UTC),
            _checked_texts(texts),
        )  # fmt: skip
        with Session(writing(self._engine)) as session, session.begin():
            session.add(SiteRow(id=site.id, created_at=now, removed_at=None, **_values(site)))
        return site

    def all(self) -> list[Site]:
        """Those in force, oldest first."""
        standing = select(SiteRow).where(SiteRow.removed_at.is_(None)).order_by(SiteRow.created_at, SiteRow.id)
        with Session(self._engine) as session:
            return [_site(row) for row in session.scalars(standing)]

    def get(self, site_id: str) -> Site:
        """Raises `NotFound`, also for a site that was removed."""
        with Session(self._engine) as session:
            return _site(_standing(session, site_id))

    def change(
        self, site_id: str, *, origins: Sequence[str] | None = None, name: str | None = None,
        contacts: tuple[Contact, ...] | None = None, daily_budget: int | None = None,
        texts: tuple[SiteTexts, ...] | None = None,
    ) -> Site:  # fmt: skip
        """Change what is given and leave the rest. Raises `NotFound`, `InvalidRequest`."""
        with Session(writing(self._engine)) as session, session.begin():
            row = _standing(session, site_id)
            site = _site(row)
            site = replace(
                site,
                origins=site.origins if origins is None else _checked_origins(origins),
                name=site.name if name is None else _checked_name(name),
                contacts=site.contacts if contacts is None else contacts,
                daily_budget=site.daily_budget if daily_budget is None else _checked_budget(daily_budget),
                texts=site.texts if texts is None else _checked_texts(texts),
            )
            for column, value in _values(site).items():
                setattr(row, column, value)
        return site

    def remove(self, site_id: str) -> None:
        """The sessions of its visitors end with it. Raises `NotFound`."""
        with Session(writing(self._engine)) as session, session.begin():
            _standing(session, site_id).removed_at = utc_now()

    def is_some_sites(self, origin: str) -> bool:
        """Whether any site has this origin; may be two seconds late."""
        now = time.monotonic()
        if now >= self._origins_until:
            self._origins = frozenset(origin for site in self.all() for origin in site.origins)
            self._origins_until = now + _FRESH_SECONDS
        return origin in self._origins


def _values(site: Site) -> dict[str, object]:
    return {
        "name": site.name,
        "origins": _ORIGINS.dump_json(site.origins).decode(),
        "contacts": CONTACTS.dump_json(site.contacts).decode(),
        "daily_budget": site.daily_budget,
        "texts": TEXTS.dump_json(site.texts).decode(),
    }


def _standing(session: Session, site_id: str) -> SiteRow:
    row = session.get(SiteRow, site_id)
    if row is None or row.removed_at is not None:
        raise NotFound("There is no such site.")
    return row


def _site(row: SiteRow) -> Site:
    return Site(
        row.id, row.name, _ORIGINS.validate_json(row.origins), CONTACTS.validate_json(row.contacts), row.daily_budget,
        row.created_at.replace(tzinfo=UTC), TEXTS.validate_json(row.texts),
    )  # fmt: skip


def _checked_origins(origins: Sequence[str]) -> tuple[str, ...]:
    if len(origins) > MOST_ORIGINS:
        raise InvalidRequest(f"A site has at most {MOST_ORIGINS} origins.")
    return tuple(dict.fromkeys(normalised_origin(origin) for origin in origins))


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidRequest(f"A site's name is 1 to {LONGEST_NAME} characters on one line.")
    return name.strip()


def _checked_texts(texts: tuple[SiteTexts, ...]) -> tuple[SiteTexts, ...]:
    if len({own.language for own in texts}) < len(texts):
        raise InvalidRequest("A site has its words in each language once.")
    return texts


def _checked_budget(questions: int | None) -> int | None:
    if questions is not None and questions < 0:
        raise InvalidRequest("A daily budget is a number of questions, from 0.")
    return questions
