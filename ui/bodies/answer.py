"""A question as it is asked, and the answer as it is given."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from assistant.answer import Answer
from assistant.events import Sources
from ui.characters import whole_characters

_EXAMPLE_TRANSLATION: JsonDict = {
    "text": "The project involved more than 35 municipalities in 7 countries.",
    "language": "en",
    "machine": True,
}
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
    "translation": _EXAMPLE_TRANSLATION,
}
_EXAMPLE_STATEMENT: JsonDict = {
    "text": "Il progetto ha coinvolto più di 35 comuni in 7 paesi.",
    "citations": [1],
    "support": 0.93,
}
EXAMPLE_ANSWER: JsonDict = {
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
    "suggestions": [{"text": "Chi può partecipare al progetto?", "language": "it"}],
    "warnings": [{"kind": "old_source", "citations": [1], "text": "These words are old: [1] (Apr 20, 2020)"}],
    "contacts": [],
    "withheld": 0,
    "conversation_id": None,
}


class QuestionBody(BaseModel):
    """A question. What it may see is decided by the credential; no field here can widen it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "How many municipalities has the project supported?"},
                {"question": "Con chi lavora l'OIM a Lampedusa?", "language": "it", "conversation": True},
            ]
        },
    )

    question: Annotated[str, AfterValidator(whole_characters)] = Field(
        description="The question, in any language; at most 2,000 characters."
    )
    language: str | None = Field(
        default=None, description="Language of the answer's own words (ISO 639-1); default: the question's language."
    )
    conversation: bool = Field(default=False, description="Begin a conversation, unless its id is given.")
    conversation_id: Annotated[str, AfterValidator(whole_characters)] | None = Field(
        default=None, max_length=64, description="The conversation that the question goes on with."
    )


class TranslationBody(BaseModel):
    """What a machine makes of the quote in another language: a help to the reader, and not what is cited."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE_TRANSLATION]})

    text: str
    language: str
    machine: Literal[True] = Field(description="Always: no person made or checked it.")


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
    translation: TranslationBody | None = Field(
        description="By the setting translate, in a whole answer only; null where none could be proven."
    )


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


class SuggestionBody(BaseModel):
    """A question, or the heading of a section, that stands in a document."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    language: str


class WarningBody(BaseModel):
    """What the reader must know about the sources with these numbers; `text` says it in the answer's language."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["old_source", "conflict", "model_failed", "by_words"]
    citations: list[int]
    text: str


class ContactBody(BaseModel):
    """Where to turn; at least one of `phone`, `email` and `url` is given."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    phone: str | None
    email: str | None
    url: str | None


class AnswerBody(BaseModel):
    """An answer with its citations, or an honest "no answer" with the reason."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [EXAMPLE_ANSWER]})

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
    suggestions: list[SuggestionBody] = Field(description="At most three that may be asked next, in documents' words.")
    warnings: list[WarningBody] = Field(
        description="Old sources, sources that disagree, a chat model that failed, "
        "a search by words alone (`by_words`) where the server of the vectors does not answer."
    )
    contacts: list[ContactBody] = Field(description="Where to turn, where there is no answer; by setting.")
    withheld: int = Field(description="Sentences of a chat model that were not shown, because no source supports them.")
    conversation_id: str | None = Field(default=None, description="What it is kept in, if anything.")

    @classmethod
    def of(cls, answer: Answer, conversation_id: str | None) -> Self:
        return cls.model_validate(answer).model_copy(update={"conversation_id": conversation_id})


class SourcesBody(BaseModel):
    """First event of a streamed answer: the passages being read. None of them is a citation yet."""

    model_config = ConfigDict(from_attributes=True)

    citations: list[CitationBody]
    conversation_id: str | None = None

    @classmethod
    def of(cls, sources: Sources, conversation_id: str | None) -> Self:
        return cls.model_validate(sources).model_copy(update={"conversation_id": conversation_id})


class DeltaBody(BaseModel):
    """One proven sentence of a streamed answer, with the citations it is the first to use."""

    model_config = ConfigDict(from_attributes=True)

    statement: StatementBody
    citations: list[CitationBody]
