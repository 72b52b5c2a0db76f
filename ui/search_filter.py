"""From a filter as callers write it to what the index is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.condition import All, Condition, Dated, Either, Not, OneOf
from index.errors import InvalidRequest
from index.hit import Filters
from ui.bodies.search_request import MOST_CONDITIONS, FilterBody, RangeBody
from ui.filters import FilterValues

DEEPEST = 5
"""Conditions within conditions."""


def filters_of(body: FilterBody | None) -> Filters:
    """What every passage must fit.

    What is simply asked of a field at the top is its choice, of which facets tell the alternatives; the rest is a
    condition that always holds. Raises `InvalidRequest` for values that no document can have, for too many conditions,
    and for a language anywhere but at the top: passages have a language, and conditions are on documents.
    """
    if body is None:
        return Filters()
    if sum(1 for _ in _all(body, 0)) > MOST_CONDITIONS:
        raise InvalidRequest(f"A filter has at most {MOST_CONDITIONS} conditions.")
    filters, conditions = Filters(), []
    for part in _top(body):
        if part.field == "language":
            filters = _spoken(filters, part)
        elif part.field and part.field != "date" and _is_choice(part) and not getattr(filters, part.field):
            filters = replace(filters, **{part.field: getattr(_values(part), part.field)})
        else:
            conditions.append(_condition(part))
    return replace(filters, where=All(tuple(conditions))) if conditions else filters


def _all(body: FilterBody, depth: int) -> Iterator[FilterBody]:
    if depth > DEEPEST:
        raise InvalidRequest(f"A filter has at most {DEEPEST} levels of conditions.")
    yield body
    for part in body.conditions or ():
        yield from _all(part, depth + 1)


def _top(body: FilterBody) -> list[FilterBody]:
    """The conditions of which each must hold."""
    if body.conditions is None or body.negate or body.operator == "OR":
        return [body]
    return body.conditions


def _is_choice(part: FilterBody) -> bool:
    return not part.negate and part.operator != "AND"


def _spoken(filters: Filters, part: FilterBody) -> Filters:
    codes = _values(part).language
    if part.operator == "AND" and len(codes) > 1:
        raise InvalidRequest("A passage has one language: combine several by OR.")
    if part.negate:
        return replace(filters, without_language=filters.without_language + codes)
    if filters.language:
        raise InvalidRequest("Name the languages in one condition.")
    return replace(filters, language=codes)


def _condition(body: FilterBody) -> Condition:
    if body.conditions is not None:
        parts = tuple(map(_condition, body.conditions))
        condition: Condition = Either(parts) if body.operator == "OR" else All(parts)
    elif isinstance(body.value, RangeBody):
        condition = Dated(body.value.first, body.value.last)
    elif body.field is None or body.field == "language":
        raise InvalidRequest("A language can only be asked for, or left out, beside all other conditions.")
    else:
        values = tuple(str(value) for value in getattr(_values(body), body.field))
        each = tuple(OneOf(body.field, (value,)) for value in values)
        condition = All(each) if body.operator == "AND" else OneOf(body.field, values)
    return Not(condition) if body.negate else condition


def _values(body: FilterBody) -> Filters:
    """The values of one field, as the library keeps them."""
    values = [body.value] if isinstance(body.value, str) else body.value
    return FilterValues.model_validate({str(body.field): values}).filters()
