"""Kinds of settings that need a check or a way of writing of their own."""

from __future__ import annotations

from typing import Annotated

from limits import parse_many
from pydantic import AfterValidator

from assistant.origins import normalised_origin
from index.errors import InvalidRequest


def listed(value: object) -> object:
    """The environment has one text where the file has a list."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _rate(value: str) -> str:
    parse_many(value)
    return value


def _origin(value: str) -> str:
    try:
        return normalised_origin(value)
    except InvalidRequest as error:
        raise ValueError(error.message) from error


Rate = Annotated[str, AfterValidator(_rate)]
"""How often something may be done, as in `60 per minute; 600 per hour`."""
PageOrigin = Annotated[str, AfterValidator(_origin)]
