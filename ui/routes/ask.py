"""Questions and their answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.responses import Response

from assistant.access import Caller
from assistant.answer import Answer
from assistant.departure import ReaderLeft
from assistant.dialogue import Dialogue, Event
from assistant.events import Delta, Sources
from assistant.question import checked_question
from index.errors import MissiondeskError
from ui.attendance import NOBODY_THERE, watching
from ui.bodies.answer import AnswerBody, DeltaBody, QuestionBody, SourcesBody
from ui.bodies.problem import problem_responses
from ui.callers import AdmissionDep, CallerDep, DialogueDep, Standing, StandingDep
from ui.event_stream import EventStream
from ui.languages import check_answer_language
from ui.limits import CountedQuestion
from ui.refusals import Refusal, log_withheld, problem_body

router = APIRouter(tags=["questions"])

_Step = tuple[Event, str | None]
"""What happened, and the conversation that it is kept in, if any."""

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
    **problem_responses(401, 403, 404, 413, 422, 429, 503),
}


@router.post(
    "/v1/ask", response_model=AnswerBody, responses=_RESPONSES, summary="Ask a question", dependencies=[CountedQuestion]
)
async def ask(
    question: QuestionBody,
    request: Request,
    dialogue: DialogueDep,
    caller: CallerDep,
    admission: AdmissionDep,
    standing: StandingDep,
) -> Response | AnswerBody:
    """Answer from the documents the caller may see, each sentence with its source, or say that there is no answer.

    In a conversation, a question may refer to those before it, which the server has kept. A conversation is its
    owner's: another's is answered like one that does not exist.
    """
    language = check_answer_language(question.language)
    checked_question(question.question)
    place = await admission.granted(request.is_disconnected)
    stream = EventStream(admission, place, partial(_steps, dialogue, question, caller, language, standing))
    steps = aiter(stream)
    with ExitStack() as stack:
        stack.callback(stream.close)
        try:
            async with watching(request, stream.close):
                if _EVENTS not in request.headers.get("accept", ""):
                    return await _answer(steps)
                # The first step is awaited here, so that a question which is refused gets a proper status.
                first = await anext(steps)
        except ReaderLeft:
            return Response(status_code=NOBODY_THERE)
        stack.pop_all()
    return EventSourceResponse(_events(request, stream, first, steps), headers=_UNBUFFERED)


def _steps(
    dialogue: Dialogue, question: QuestionBody, caller: Caller, language: str | None, standing: Standing
) -> Generator[_Step]:
    reply = dialogue.ask(
        question.question, caller, conversation_id=question.conversation_id, begin=question.conversation,
        language=language,
    )  # fmt: skip
    with closing(reply.events):
        for event in reply.events:
            standing()
            yield event, reply.conversation_id


async def _answer(steps: AsyncIterator[_Step]) -> AnswerBody:
    async for event, conversation_id in steps:
        if isinstance(event, Answer):
            return AnswerBody.of(event, conversation_id)
    raise AssertionError("a stream ends with its answer")


async def _events(
    request: Request, stream: EventStream[_Step], first: _Step, steps: AsyncIterator[_Step]
) -> AsyncIterator[bytes]:
    try:
        yield _event(*_named(*first))
        async for step in steps:
            yield _event(*_named(*step))
    except ReaderLeft:
        return
    except MissiondeskError as error:
        log_withheld(request, error)
        yield _event("error", problem_body(request, Refusal.of(error)))
    finally:
        stream.close()


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
