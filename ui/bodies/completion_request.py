"""A question as OpenAI's clients send it."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

MODEL: Final = "missiondesk"
"""The one model there is: it answers from the documents, whatever else the server is set to work with."""


class CompletionPartBody(BaseModel):
    """One part of a message; only those of type `text` are read."""

    type: str
    text: str | None = None


class CompletionMessageBody(BaseModel):
    """One message. Only what a `user` says is read: answers rest on the documents, not on what a request says of them.

    Messages of any other role are left aside, whatever they say.
    """

    role: str
    content: str | list[CompletionPartBody] | None = None

    @property
    def words(self) -> str:
        """All text of it."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text is not None)
        return self.content or ""


class StreamOptionsBody(BaseModel):
    """What a stream holds besides the answer."""

    include_usage: bool | None = Field(None, description="End with a chunk that holds the usage.")


class CompletionRequestBody(BaseModel):
    """The last message of a user is the question; those before it are what was asked before.

    Of OpenAI's other parameters those that would change nothing here (`temperature`, `max_tokens`, `seed`, …) are
    accepted and left aside. Those described here that ask for something else than text are refused.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "When is the office open?"}]}]
        }
    )

    model: str = Field(description=f"`{MODEL}`, or what GET /v1/models names.")
    messages: list[CompletionMessageBody] = Field(min_length=1)
    stream: bool | None = Field(None, description="Send the answer sentence by sentence, as it is proven.")
    stream_options: StreamOptionsBody | None = None
    language: str | None = Field(
        None, description="Not OpenAI's: language of the answer's own words (ISO 639-1); default: the question's."
    )
    n: int | None = Field(None, description="1: there is one answer.")
    tools: list[Any] | None = Field(None, description="None: no tool is called.")
    tool_choice: Any = Field(None, description="`none` or `auto`.")
    functions: list[Any] | None = Field(None, description="None.")
    function_call: Any = Field(None, description="`none` or `auto`.")
    response_format: dict[str, Any] | None = Field(None, description="Of type `text`.")
    modalities: list[str] | None = Field(None, description="`text` alone.")
    audio: Any = Field(None, description="Nothing: no sound is made.")
    logprobs: bool | None = Field(None, description="False: sentences are proven, not drawn.")
    stop: str | list[str] | None = Field(None, description="Nothing: a proven sentence is not cut.")
    web_search_options: Any = Field(None, description="Nothing: only the library is searched.")
