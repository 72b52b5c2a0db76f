"""Makes a chat completion of an answer's events, whole or chunk by chunk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assistant.answer import Answer
from assistant.dialogue import Event
from assistant.events import Delta
from assistant.prompt import tokens_of
from ui.bodies.answer import AnswerBody
from ui.bodies.completion import (
    CompletionAnswerBody,
    CompletionBody,
    CompletionChoiceBody,
    CompletionChunkBody,
    CompletionChunkChoiceBody,
    CompletionDeltaBody,
    UsageBody,
    annotations_of,
)
from ui.footnotes import Footnoted


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion on its way. `site` is the server's own address, without a slash at the end."""

    site: str
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, events: Iterable[Event]) -> CompletionBody:
        """All of it in one body."""
        text, footnoted = "", Footnoted(self.site)
        for event in events:
            text += _piece(event, footnoted)
            if isinstance(event, Answer):
                said = CompletionAnswerBody(content=text, annotations=annotations_of(footnoted))
                return CompletionBody(
                    id=self.id, created=self.created, choices=[CompletionChoiceBody(message=said)],
                    usage=_usage(event, text), missiondesk=AnswerBody.of(event, None),
                )  # fmt: skip
        raise AssertionError("a stream ends with its answer")

    def chunks(self, events: Iterable[Event], *, with_usage: bool) -> Iterator[CompletionChunkBody]:
        """The role, each proven sentence, footnotes and annotations, the end, and the usage where it is wanted."""
        text, footnoted = "", Footnoted(self.site)
        yield self._chunk(CompletionDeltaBody(role="assistant", content=""))
        for event in events:
            piece = _piece(event, footnoted)
            text += piece
            if isinstance(event, Answer):
                yield self._chunk(CompletionDeltaBody(content=piece, annotations=annotations_of(footnoted)))
                yield self._end(event)
                if with_usage:
                    usage = _usage(event, text)
                    yield CompletionChunkBody(id=self.id, created=self.created, choices=[], usage=usage)
            elif piece:
                yield self._chunk(CompletionDeltaBody(content=piece))

    def _chunk(self, delta: CompletionDeltaBody) -> CompletionChunkBody:
        return CompletionChunkBody(id=self.id, created=self.created, choices=[CompletionChunkChoiceBody(delta=delta)])

    def _end(self, answer: Answer) -> CompletionChunkBody:
        choice = CompletionChunkChoiceBody(delta=CompletionDeltaBody(), finish_reason="stop")
        body = AnswerBody.of(answer, None)
        return CompletionChunkBody(id=self.id, created=self.created, choices=[choice], missiondesk=body)


def _piece(event: Event, footnoted: Footnoted) -> str:
    match event:
        case Delta():
            return footnoted.statement(event.statement, event.citations)
        case Answer():
            return footnoted.rest(event)
        case _:
            return ""


def _usage(answer: Answer, text: str) -> UsageBody:
    asked, said = tokens_of(answer.question), tokens_of(text)
    return UsageBody(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)
