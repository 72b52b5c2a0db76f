"""What is to be exported, and in which format."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ui.bodies.search import BY_SCORE, LARGEST_LIMIT, Sort
from ui.exports.format import Format
from ui.filters import FilterValues

MOST_EXPORTED = 1000
"""Documents and passages of one export."""


def _divided(value: object) -> object:
    """Ids are given each by itself, or several with commas between them."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [part.strip() for item in value for part in item.split(",") if part.strip()]
    return value


Id = Annotated[str, Field(min_length=1, max_length=64)]


class ExportQuery(FilterValues):
    """Either the ids of documents and passages, or a search as `GET /v1/search` takes it."""

    ids: Annotated[list[Id], BeforeValidator(_divided)] = Field(
        default=[], max_length=MOST_EXPORTED, description="Ids of documents and of passages; or several with commas",
        examples=[["6f1c0d5b9e4a3f2071c8"]],
    )  # fmt: skip
    q: str | None = Field(default=None, description="Words or a question, instead of ids", examples=["family"])
    sort: Sort = Field(default=BY_SCORE, description="By relevance, or the 100 best passages of a search by date")
    limit: int = Field(default=LARGEST_LIMIT, ge=1, le=LARGEST_LIMIT, description="How many passages of a search")
    format: Format = Field(description="The format", examples=["ris"])


class ExportBody(BaseModel):
    """Many ids, more than an address holds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"ids": ["6f1c0d5b9e4a3f2071c8", "6f1c0d5b9e4a3f2071c8-2"], "format": "ris"}]},
    )

    ids: list[Id] = Field(min_length=1, max_length=MOST_EXPORTED, description="Ids of documents and of passages")
    format: Format = Field(description="The format")
