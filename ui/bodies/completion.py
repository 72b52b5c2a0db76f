"""An answer as OpenAI's clients read it: a chat completion, whole or in chunks."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from ui.bodies.answer import EXAMPLE_ANSWER, AnswerBody
from ui.bodies.completion_request import MODEL
from ui.footnotes import Footnoted, Mark

_EXAMPLE: JsonDict = {
    "id": "chatcmpl-5d1f0a52c1b7e3a4",
    "object": "chat.completion",
    "created": 1764061200,
    "model": MODEL,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Il progetto ha coinvolto più di 35 comuni in 7 paesi. [1]\n\n[1] ADMin4ALL, fase III – …",
                "refusal": None,
                "annotations": [
                    {
                        "type": "url_citation",
                        "url_citation": {
                            "start_index": 54,
                            "end_index": 57,
                            "title": "ADMin4ALL, fase III",
                            "url": "https://example.org/admin4all",
                        },
                    }
                ],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 18, "completion_tokens": 60, "total_tokens": 78},
    "missiondesk": EXAMPLE_ANSWER,
}
_EXAMPLE_MODEL: JsonDict = {"id": MODEL, "object": "model", "created": 1764061200, "owned_by": "missiondesk"}


class UrlCitationBody(BaseModel):
    """The place of one `[n]` in the content, in characters, and the source it stands for."""

    start_index: int
    end_index: int
    title: str
    url: str


class AnnotationBody(BaseModel):
    """One mark of the content."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitationBody

    @classmethod
    def of(cls, mark: Mark, address: str) -> Self:
        place = UrlCitationBody(start_index=mark.start, end_index=mark.end, title=mark.citation.title, url=address)
        return cls(url_citation=place)


class UsageBody(BaseModel):
    """Estimates from above, of the question and the content; nothing is billed by them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionAnswerBody(BaseModel):
    """The whole message. Where the documents hold no answer the content says so."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[AnnotationBody]


class CompletionChoiceBody(BaseModel):
    """The one choice there is."""

    index: Literal[0] = 0
    message: CompletionAnswerBody
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class CompletionBody(BaseModel):
    """A whole chat completion; `missiondesk` is the answer as `POST /v1/ask` gives it, with every citation's quote."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970.")
    model: Literal["missiondesk"] = MODEL
    choices: list[CompletionChoiceBody]
    usage: UsageBody
    missiondesk: AnswerBody


def _is_none(value: object) -> bool:
    return value is None


class CompletionDeltaBody(BaseModel):
    """What one chunk adds; fields that add nothing are left out."""

    role: Literal["assistant"] | None = Field(default=None, exclude_if=_is_none)
    content: str | None = Field(default=None, exclude_if=_is_none)
    annotations: list[AnnotationBody] | None = Field(default=None, exclude_if=_is_none)


class CompletionChunkChoiceBody(BaseModel):
    """The one choice's next piece."""

    index: Literal[0] = 0
    delta: CompletionDeltaBody
    finish_reason: Literal["stop"] | None = None


class CompletionChunkBody(BaseModel):
    """One event of a stream. Annotations come together, behind the text; the last choice brings `missiondesk`."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: Literal["missiondesk"] = MODEL
    choices: list[CompletionChunkChoiceBody]
    usage: UsageBody | None = Field(default=None, exclude_if=_is_none)
    missiondesk: AnswerBody | None = Field(default=None, exclude_if=_is_none)


class ModelBody(BaseModel):
    """What `model` may name."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_MODEL]})

    id: Literal["missiondesk"] = MODEL
    object: Literal["model"] = "model"
    created: int = Field(description="When this server started, in seconds since 1970.")
    owned_by: Literal["missiondesk"] = "missiondesk"


class ModelsBody(BaseModel):
    """All models: one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [_EXAMPLE_MODEL]}]})

    object: Literal["list"] = "list"
    data: list[ModelBody]


def annotations_of(footnoted: Footnoted) -> list[AnnotationBody]:
    """One for each mark of the text so far, in its order."""
    return [AnnotationBody.of(mark, footnoted.address(mark.citation)) for mark in footnoted.marks]
