"""Cursors: where a list was left, as callers carry it from one page to the next.

Not signed: a cursor only says behind which entry to go on, and what a caller may see does not depend on that. It is
checked like any other input.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import Field, NaiveDatetime, TypeAdapter

from index.errors import InvalidRequest
from index.paging import TimePlace, TitlePlace

LONGEST_CURSOR = 8000
"""Characters; servers in between take addresses of some 8 KB."""
LARGEST_PAGE = 1000
Cursor = Annotated[
    str | None, Field(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before this one")
]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many")]

Item = TypeVar("Item")
Place = TypeVar("Place")
# A database need not take the character zero.
_TEXT = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
_TIME = TypeAdapter(tuple[NaiveDatetime, _TEXT])
_TITLE = TypeAdapter(tuple[_TEXT, _TEXT])
_SAID = TypeAdapter(tuple[str, object])


def time_cursor(kind: str, at: datetime, id_: str) -> str:
    """The cursor behind an entry of a list by time; `at` is UTC, with or without saying so."""
    naive = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    return encoded(kind, _TIME, (naive, id_))


def time_place(kind: str, cursor: str | None) -> TimePlace | None:
    """Raises `InvalidRequest`."""
    return TimePlace(*decoded(kind, _TIME, cursor)) if cursor else None


def title_cursor(kind: str, title: str, id_: str) -> str:
    """The cursor behind an entry of a list by title."""
    return encoded(kind, _TITLE, (title, id_))


def title_place(kind: str, cursor: str | None) -> TitlePlace | None:
    """Raises `InvalidRequest`."""
    return TitlePlace(*decoded(kind, _TITLE, cursor)) if cursor else None


def divided(items: Sequence[Item], limit: int) -> tuple[Sequence[Item], Item | None]:
    """One page of items, of which one more than that was asked for; and its last one if there are more."""
    return (items[:limit], items[limit - 1]) if len(items) > limit else (items, None)


def encoded(kind: str, place: TypeAdapter[Place], value: Place) -> str:
    """The cursor of a place in lists of this kind."""
    said = _SAID.dump_json((kind, place.dump_python(value, mode="json")))
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def decoded(kind: str, place: TypeAdapter[Place], cursor: str) -> Place:
    """The place a cursor stands for. Raises `InvalidRequest` for any that was not made for this kind of list."""
    refusal = InvalidRequest("This is no cursor of this list: send `next_cursor` as it was given.", code="bad_cursor")
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        for_kind, value = _SAID.validate_json(said)
        if for_kind != kind:
            raise refusal
        return place.validate_python(value)
    except ValueError as error:  # of base64, of JSON, and of what is in it
        raise refusal from error
