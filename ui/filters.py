"""Filters of a search as people write them: several values a field, each checked before it is asked for."""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import BaseModel, Field

from index.condition import All, Not, OneOf
from index.document import Audience
from index.errors import InvalidRequest
from index.hit import FIELDS, Filters
from ingest.countries import country_code
from ingest.kind import KINDS
from ui.characters import is_broken
from ui.languages import check_document_language

MOST_VALUES = 50
"""Values of one field in one request."""
LONGEST_VALUE = 200
"""Characters; a document's own values are no longer."""
_YEAR = re.compile(r"[12][0-9]{3}")


class FilterValues(BaseModel):
    """The values of each field; a passage fits by any value of a field, and must fit every field."""

    language: list[str] = Field(default=[], description="Only passages in one of these languages (ISO 639-1)")
    country: list[str] = Field(
        default=[], description="Only documents about one of these countries (ISO 3166 code or name)"
    )
    theme: list[str] = Field(default=[], description="Only documents on one of these themes, as facets name them")
    organisation: list[str] = Field(default=[], description="Only documents of one of these organisations")
    year: list[str] = Field(default=[], description="Only documents dated in one of these years, such as 2018")
    type: list[str] = Field(
        default=[], description=f"Only documents read from one of these kinds of file: {', '.join(KINDS)}"
    )
    collection: list[str] = Field(default=[], description="Only documents of one of these collections")
    audience: list[str] = Field(default=[], description="Only documents for one of these audiences: public, internal")
    without: list[str] = Field(
        default=[], description="Nothing that has one of these values, each with its field: language:it, country:IT"
    )

    def filters(self) -> Filters:
        """Raises `InvalidRequest` for values that no document can have."""
        for field in FIELDS:
            _check_values(field, getattr(self, field))
        chosen = Filters(
            language=tuple(code for code in map(check_document_language, self.language) if code),
            country=tuple(map(_country, self.country)),
            theme=tuple(self.theme),
            organisation=tuple(self.organisation),
            year=tuple(map(_year, self.year)),
            type=tuple(map(_type, self.type)),
            collection=tuple(self.collection),
            audience=tuple(map(_audience, self.audience)),
        )
        return _without(chosen, self.left_out()) if self.without else chosen

    def left_out(self) -> dict[str, tuple[str, ...]]:
        """By field the values that nothing may have, as facets name them. Raises `InvalidRequest`."""
        if len(self.without) > MOST_VALUES:
            raise InvalidRequest(f"Too many values to leave out: at most {MOST_VALUES}.")
        named: dict[str, list[str]] = {}
        for pair in self.without:
            field, _, value = pair.partition(":")
            if field not in FIELDS:
                raise InvalidRequest("What is left out is named with its field, such as language:it.")
            named.setdefault(field, []).append(value)
        filters = FilterValues.model_validate(named).filters()
        return {field: tuple(map(str, getattr(filters, field))) for field in FIELDS if field in named}


def chosen_fields(values: FilterValues) -> list[tuple[str, str]]:
    """The filters that are set, as the pairs of an address."""
    chosen = [(field, value) for field in FIELDS for value in getattr(values, field)]
    return [*chosen, *(("without", pair) for pair in values.without)]


def _without(chosen: Filters, left_out: dict[str, tuple[str, ...]]) -> Filters:
    conditions = tuple(Not(OneOf(field, values)) for field, values in left_out.items() if field != "language")
    return replace(chosen, without_language=left_out.get("language", ()), where=All(conditions) if conditions else None)


def _check_values(field: str, values: list[str]) -> None:
    if len(values) > MOST_VALUES:
        raise InvalidRequest(f"Too many values of {field}: at most {MOST_VALUES}.")
    for value in values:
        if not value.strip():
            raise InvalidRequest(f"A value of {field} is empty.")
        if len(value) > LONGEST_VALUE:
            raise InvalidRequest(f"A value of {field} is too long: at most {LONGEST_VALUE} characters.")
        if is_broken(value):
            raise InvalidRequest(f"A value of {field} holds halves of characters (lone surrogates).")


def _country(text: str) -> str:
    code = country_code(text)
    if code is None:
        raise InvalidRequest(f"Unknown country {text!r}: use a code of ISO 3166, such as IT, or a country's name.")
    return code


def _year(text: str) -> int:
    if not _YEAR.fullmatch(text):
        raise InvalidRequest(f"Unknown year {text!r}: use four digits, such as 2018.")
    return int(text)


def _type(text: str) -> str:
    if text.lower() not in KINDS:
        raise InvalidRequest(f"Unknown type {text!r}: use one of {', '.join(KINDS)}.")
    return text.lower()


def _audience(text: str) -> Audience:
    if text not in set(Audience):
        raise InvalidRequest(f"Unknown audience {text!r}: use public or internal.")
    return Audience(text)
