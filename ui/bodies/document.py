"""Documents as lists and readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from index.document import Audience, DocumentSummary
from ingest.cleaning import clean_line
from ui.characters import whole_characters

LONGEST_TITLE = 200
"""Characters, as many as a title has that was read from a document."""

_EXAMPLE_SUMMARY: JsonDict = {
    "id": "6f1c0d5b9e4a3f2071c8",
    "title": "ADMin4ALL, fase III",
    "uri": "https://example.org/admin4all",
    "language": "it",
    "date": "2020-04-20",
    "audience": "public",
    "collection": "default",
    "passages": 4,
    "authors": ["Anna Rossi"],
    "organisation": "Meridian Migration Agency",
    "country": "IT",
    "theme": "reception",
    "type": "html",
    "duplicate_of": None,
    "translations": [
        {
            "id": "0d5b9e4a3f2071c86f1c",
            "language": "en",
            "title": "ADMin4ALL, phase III",
            "uri": "https://example.org/en",
        }
    ],
}


class TranslationBody(BaseModel):
    """The same document in another language, where the caller may see it."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    language: str
    title: str
    uri: str


class DocumentSummaryBody(BaseModel):
    """A document without its text.

    `country` is an ISO 3166 code, `type` the kind of file; `duplicate_of` is found in its place.
    """

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_SUMMARY]})

    id: str
    title: str
    uri: str
    language: str
    date: date | None
    audience: Audience
    collection: str
    passages: int
    authors: list[str]
    organisation: str | None
    country: str | None
    theme: str | None
    type: str | None
    duplicate_of: str | None
    translations: list[TranslationBody]


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


CollectionName = Annotated[str, AfterValidator(whole_characters), Field(min_length=1, max_length=128)]


class DocumentsPageBody(DocumentsBody):
    """One page of them; `total` counts all, and `next_cursor` leads to the next page if there is one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"documents": [_EXAMPLE_SUMMARY], "total": 1, "next_cursor": None}]}
    )

    next_cursor: str | None = None


class AmendmentBody(BaseModel):
    """What is to be changed about a document; what is not named stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"audience": "public"}]})

    audience: Audience | None = Field(None, description="Who may be shown it")
    collection: CollectionName | None = Field(None, description="The collection to move it to")
    title: Annotated[str, AfterValidator(whole_characters), AfterValidator(clean_line)] | None = Field(
        None, max_length=LONGEST_TITLE, description="What people are shown as its title"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.audience is None and self.collection is None and self.title is None:
            raise ValueError("name an audience, a collection or a title")
        if self.title is not None and not self.title:
            raise ValueError("the title is empty")
        return self
