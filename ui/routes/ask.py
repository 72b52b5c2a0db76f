"""Questions and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.responses import Response

from assistant.answer import Answer
from assistant.dialogue import Event, Reply
from assistant.events import Delta, Sources
from index.errors import MissiondeskError
from ui.bodies.answer import AnswerBody, DeltaBody, QuestionBody, SourcesBody
from ui.bodies.problem import problem_responses
from ui.callers import CallerDep, DialogueDep, Standing, StandingDep
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
    **problem_responses(401, 403, 404, 413, 422, 503),
}


@router.post("/v1/ask", response_model=AnswerBody, responses=_RESPONSES, summary="Ask a question")
def ask(
    question: QuestionBody, request: Request, dialogue: DialogueDep, caller: CallerDep, standing: StandingDep
) -> Response | AnswerBody:
    """Answer from the documents the caller may see, each sentence with its source, or say that there is no answer.

    In a conversation, a question may refer to those before it, which the server has kept. A conversation is its
    owner's: another's is answered like one that does not exist.
    """
    language = check_answer_language(question.language)
    reply = dialogue.ask(
        question.question, caller, conversation_id=question.conversation_id, begin=question.conversation,
        language=language,
    )  # fmt: skip
    if _EVENTS not in request.headers.get("accept", ""):
        answer = next(event for event in reply.events if isinstance(event, Answer))
        standing()
        return AnswerBody.of(answer, reply.conversation_id)
    # The first step is awaited here, so that a question which is refused gets a proper status.
    first = next(reply.events)
    return EventSourceResponse(_events(request, reply, first, standing), headers=_UNBUFFERED)


def _events(request: Request, reply: Reply, first: Event, standing: Standing) -> Iterator[bytes]:
    try:
        with closing(reply.events):
            for step in chain([first], reply.events):
                standing()
                yield _event(*_named(step, reply.conversation_id))
    except MissiondeskError as error:
        log_withheld(request, error)
        yield _event("error", problem_body(request, Refusal.of(error)))


def _named(step: Event, conversation_id: str | None) -> tuple[str, BaseModel]:
    match step:
        case Sources():
            return "sources", SourcesBody.of(step, conversation_id)
        case Delta():
            return "delta", DeltaBody.model_validate(step)
        case Answer():
            return "answer", AnswerBody.of(step, conversation_id)


def _event(name: str, body: BaseModel) -> bytes:
    return format_sse_event(event=name, data_str=body.model_dump_json())
