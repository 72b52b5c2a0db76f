"""A search as `POST /v1/search` takes it, in a shape like that of ReliefWeb's API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ui.bodies.search import BY_SCORE, LARGEST_LIMIT, MOST_FACET_VALUES, HitBody, Sort
from ui.cursor import Cursor
from ui.filters import MOST_VALUES

FilterField = Literal["language", "country", "theme", "organisation", "year", "type", "collection", "audience"]
Part = Literal["title", "section", "text"]
HitField = Literal[
    "score", "document_id", "passage_id", "title", "uri", "language", "page", "section", "date", "text",
]  # fmt: skip
MOST_CONDITIONS = 50
_FORBID = ConfigDict(extra="forbid")


class QueryBody(BaseModel):
    """What is looked for. Words are found in title, section and text together, and not all of them must be there."""

    model_config = _FORBID

    value: str = Field(description="Words or a question, in any language", examples=["family reunification"])
    fields: list[Part] = Field(default=["title", "section", "text"], description="All three; no other choice is taken")
    operator: Literal["OR"] = Field(default="OR", description="A search by meaning asks for no word in particular")

    @model_validator(mode="after")
    def _everywhere(self) -> Self:
        if set(self.fields) != {"title", "section", "text"}:
            raise ValueError("a search is in title, section and text together: leave `fields` out")
        return self


class RangeBody(BaseModel):
    """Days from one to another, both included; either may be left out."""

    model_config = _FORBID

    first: date | None = Field(default=None, alias="from", examples=["2018-01-01"])
    last: date | None = Field(default=None, alias="to", examples=["2020-12-31"])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first is None and self.last is None:
            raise ValueError("a range needs `from` or `to`")
        if self.first and self.last and self.first > self.last:
            raise ValueError("`from` comes after `to`")
        return self


class FilterBody(BaseModel):
    """Either a `field` with its `value`, or `conditions`, which `operator` puts together; `negate` turns it round."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"field": "country", "value": ["IT", "RO"], "negate": True}]},
    )

    field: FilterField | Literal["date"] | None = Field(default=None, description="What the value is of")
    value: str | Annotated[list[str], Field(min_length=1, max_length=MOST_VALUES)] | RangeBody | None = Field(
        default=None, description="A value, several, or a range of days for `date`"
    )
    operator: Literal["AND", "OR"] | None = Field(
        default=None, description="AND for conditions and OR for values, unless it is said"
    )
    negate: bool = Field(default=False, description="Whether to leave out what this describes")
    conditions: Annotated[list[FilterBody], Field(min_length=1, max_length=MOST_CONDITIONS)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.field is None) == (self.conditions is None) or (self.field is None) != (self.value is None):
            raise ValueError("give a field with its value, or conditions")
        if self.field is not None and (self.field == "date") != isinstance(self.value, RangeBody):
            raise ValueError("a date takes a range, and every other field a value or several")
        return self


class FacetBody(BaseModel):
    """A field whose values are to be counted."""

    model_config = _FORBID

    field: FilterField
    limit: int = Field(default=10, ge=1, le=MOST_FACET_VALUES, description="How many values")
    sort: Literal["count:desc", "value:asc"] = "count:desc"


class FieldsBody(BaseModel):
    """What is told of each passage: all, or what is included, without what is excluded. The ids are always there."""

    model_config = _FORBID

    include: list[HitField] = []
    exclude: list[HitField] = []

    def names(self) -> list[str]:
        """In their usual order."""
        wanted = set(self.include or HitBody.model_fields) - set(self.exclude) | {"document_id", "passage_id"}
        return [name for name in HitBody.model_fields if name in wanted]


class SearchRequest(BaseModel):
    """A whole search."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "query": {"value": "family reunification"},
                    "filter": {
                        "operator": "AND",
                        "conditions": [
                            {"field": "language", "value": ["it", "ro"]},
                            {"field": "date", "value": {"from": "2018-01-01"}},
                            {"field": "type", "value": "html", "negate": True},
                        ],
                    },
                    "facets": [{"field": "country", "limit": 5}],
                    "fields": {"exclude": ["score"]},
                    "sort": ["date:desc"],
                    "limit": 10,
                }
            ]
        },
    )

    query: QueryBody
    filter: FilterBody | None = None
    facets: list[FacetBody] = Field(default=[], max_length=8)
    fields: FieldsBody = FieldsBody()
    sort: list[Sort] = Field(default=[BY_SCORE], min_length=1, max_length=1)
    limit: int = Field(default=10, ge=1, le=LARGEST_LIMIT, description="How many passages")
    cursor: Cursor = None
