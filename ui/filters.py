"""Filters of a search as people write them: several values a field, each checked before it is asked for."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

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

    def filters(self) -> Filters:
        """Raises `InvalidRequest` for values that no document can have."""
        for field in FIELDS:
            _check_values(field, getattr(self, field))
        return Filters(
            language=tuple(code for code in map(check_document_language, self.language) if code),
            country=tuple(map(_country, self.country)),
            theme=tuple(self.theme),
            organisation=tuple(self.organisation),
            year=tuple(map(_year, self.year)),
            type=tuple(map(_type, self.type)),
            collection=tuple(self.collection),
            audience=tuple(map(_audience, self.audience)),
        )


def chosen_fields(values: FilterValues) -> list[tuple[str, str]]:
    """The filters that are set, as pairs of a field and a value."""
    return [(field, value) for field in FIELDS for value in getattr(values, field)]


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
