"""Questions and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.responses import Response

from assistant.answer import Answer
from assistant.events import Delta, Sources
from index.errors import MissiondeskError
from ui.bodies.answer import AnswerBody, DeltaBody, QuestionBody, SourcesBody
from ui.bodies.problem import problem_responses
from ui.callers import AssistantDep, CallerDep
from ui.languages import check_answer_language
from ui.refusals import Refusal, log_withheld, problem_body

router = APIRouter(tags=["questions"])

_EVENTS = "text/event-stream"
# A proxy that collects the stream would show the answer in one piece, at the end.
_UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; or, for Accept: text/event-stream, the events sources, delta, answer, error",
        "content": {
            _EVENTS: {
                "schema": {"type": "string"},
                "example": 'event: sources\ndata: {"citations": []}\n\nevent: answer\ndata: {"status": "…"}\n\n',
            }
        },
    },
    **problem_responses(401, 403, 413, 422, 503),
}


@router.post("/v1/ask", response_model=AnswerBody, responses=_RESPONSES, summary="Ask a question")
def ask(question: QuestionBody, request: Request, assistant: AssistantDep, caller: CallerDep) -> Response | AnswerBody:
    """Answer from the documents the caller may see, each sentence with its source, or say that there is no answer."""
    language = check_answer_language(question.language)
    if _EVENTS not in request.headers.get("accept", ""):
        answer = assistant.answer(question.question, scope=caller.scope, language=language)
        return AnswerBody.model_validate(answer)
    steps = assistant.stream(question.question, scope=caller.scope, language=language)
    # The first step is awaited here, so that a question which is refused gets a proper status.
    first = next(steps)
    return EventSourceResponse(_events(request, chain([first], steps)), headers=_UNBUFFERED)


def _events(request: Request, steps: Iterator[Sources | Delta | Answer]) -> Iterator[bytes]:
    try:
        for step in steps:
            yield _event(*_named(step))
    except MissiondeskError as error:
        log_withheld(request, error)
        yield _event("error", problem_body(request, Refusal.of(error)))


def _named(step: Sources | Delta | Answer) -> tuple[str, BaseModel]:
    match step:
        case Sources():
            return "sources", SourcesBody.model_validate(step)
        case Delta():
            return "delta", DeltaBody.model_validate(step)
        case Answer():
            return "answer", AnswerBody.model_validate(step)


def _event(name: str, body: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=body.model_dump_json())
