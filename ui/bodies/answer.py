"""A question as it is asked, and the answer as it is given."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from ui.characters import whole_characters

_EXAMPLE_CITATION: JsonDict = {
    "number": 1,
    "document_id": "6f1c0d5b9e4a3f2071c8",
    "passage_id": "6f1c0d5b9e4a3f2071c8-2",
    "title": "ADMin4ALL, fase III",
    "uri": "https://example.org/admin4all",
    "language": "it",
    "page": None,
    "section": None,
    "date": "2020-04-20",
    "quote": "Il progetto ha coinvolto più di 35 comuni in 7 paesi.",
    "start": 120,
    "end": 173,
    "url": "/documents/6f1c0d5b9e4a3f2071c8?start=120&end=173#p120",
}
_EXAMPLE_STATEMENT: JsonDict = {
    "text": "Il progetto ha coinvolto più di 35 comuni in 7 paesi.",
    "citations": [1],
    "support": 0.93,
}
_EXAMPLE_ANSWER: JsonDict = {
    "question": "How many municipalities has the project supported?",
    "language": "en",
    "status": "answered",
    "text": "Il progetto ha coinvolto più di 35 comuni in 7 paesi. [1]",
    "statements": [_EXAMPLE_STATEMENT],
    "citations": [_EXAMPLE_CITATION],
    "answered_by": "extractive",
    "reason": None,
    "timings_ms": {"embed": 14, "search": 5, "answer": 40},
    "searched": None,
    "withheld": 0,
}


class QuestionBody(BaseModel):
    """A question. What it may see is decided by the credential; no field here can widen it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "How many municipalities has the project supported?"},
                {"question": "Con chi lavora l'OIM a Lampedusa?", "language": "it"},
            ]
        },
    )

    question: Annotated[str, AfterValidator(whole_characters)] = Field(
        description="The question, in any language; at most 2,000 characters."
    )
    language: str | None = Field(
        default=None, description="Language of the answer's own words (ISO 639-1); default: the question's language."
    )


class CitationBody(BaseModel):
    """The exact words of one document: `quote` is `text[start:end]` of `GET /v1/documents/{document_id}`."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_CITATION]})

    number: int
    document_id: str
    passage_id: str
    title: str
    uri: str
    language: str
    page: int | None
    section: str | None
    date: date | None
    quote: str
    start: int
    end: int
    url: str


class StatementBody(BaseModel):
    """One sentence of the answer and the numbers of the citations it rests on."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_STATEMENT]})

    text: str
    citations: list[int]
    support: float


Milliseconds = Annotated[int, BeforeValidator(round)]


class TimingsBody(BaseModel):
    """Milliseconds spent on each part."""

    model_config = ConfigDict(from_attributes=True)

    embed: Milliseconds
    search: Milliseconds
    answer: Milliseconds


class AnswerBody(BaseModel):
    """An answer with its citations, or an honest "no answer" with the reason."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_ANSWER]})

    question: str
    language: str
    status: Literal["answered", "no_answer"]
    text: str
    statements: list[StatementBody]
    citations: list[CitationBody]
    answered_by: str
    reason: Literal["no_passage", "weak_evidence", "model_failed"] | None
    timings_ms: TimingsBody
    searched: str | None = Field(
        description="What was searched with, where a question was completed by those before it; null: as it was asked."
    )
    withheld: int = Field(description="Sentences of a chat model that were not shown, because no source supports them.")


class SourcesBody(BaseModel):
    """First event of a streamed answer: the passages being read. None of them is a citation yet."""

    model_config = ConfigDict(from_attributes=True)

    citations: list[CitationBody]


class DeltaBody(BaseModel):
    """One proven sentence of a streamed answer, with the citations it is the first to use."""

    model_config = ConfigDict(from_attributes=True)

    statement: StatementBody
    citations: list[CitationBody]
