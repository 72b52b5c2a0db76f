"""Conditions that documents must meet, put together by and, or, and not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field has one of these values. `field` is one of `Filters`' but the language, which is a passage's own."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """The document's date lies in this range, whose ends belong to it; a document without a date lies in none."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Not:
    """What does not meet the condition, which includes what says nothing of it."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    """What meets every one of them."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """What meets at least one of them."""

    conditions: tuple[Condition, ...]


Condition = OneOf | Dated | Not | All | Either
