"""Documents as lists and readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from index.document import Audience, DocumentSummary

_EXAMPLE_SUMMARY: JsonDict = {
    "id": "6f1c0d5b9e4a3f2071c8",
    "title": "ADMin4ALL, fase III",
    "uri": "https://example.org/admin4all",
    "language": "it",
    "date": "2020-04-20",
    "audience": "public",
    "collection": "default",
    "passages": 4,
}


class DocumentSummaryBody(BaseModel):
    """A document without its text."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_SUMMARY]})

    id: str
    title: str
    uri: str
    language: str
    date: date | None
    audience: Audience
    collection: str
    passages: int


class DocumentBody(DocumentSummaryBody):
    """A document with its stored text, in which the offsets of every citation count."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{**_EXAMPLE_SUMMARY, "text": "ADMin4ALL, fase III\n\n…"}]}
    )

    text: str


class DocumentsBody(BaseModel):
    """The documents the caller may see, by title."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"documents": [_EXAMPLE_SUMMARY], "total": 1}]})

    documents: list[DocumentSummaryBody]
    total: int

    @classmethod
    def of(cls, documents: Sequence[DocumentSummary]) -> Self:
        bodies = [DocumentSummaryBody.model_validate(document) for document in documents]
        return cls(documents=bodies, total=len(bodies))
