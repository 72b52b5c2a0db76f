"""Chat completions, as the clients of OpenAI's API ask for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import Response

from assistant.dialogue import Reply
from index.errors import MissiondeskError, NotFound
from ui.bodies.completion import CompletionBody, CompletionChunkBody, ModelBody, ModelsBody
from ui.bodies.completion_request import MODEL, CompletionRequestBody
from ui.bodies.problem import FieldErrorBody
from ui.callers import AdmittedDialogueDep, ResearcherDep
from ui.completion import Completion
from ui.completion_error import CompletionErrorBody
from ui.completion_question import completion_question, unsupported
from ui.languages import check_answer_language
from ui.limits import CountedQuestion
from ui.refusals import Refusal, completion_error_body, log_withheld, refuse

router = APIRouter(tags=["OpenAI-compatible"])

_UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_STARTED = int(time.time())
_NO_MODEL = f"There is no such model here; the one there is: {MODEL}."


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The completion; or, with `stream`, its chunks as events",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'data: {"object": "chat.completion.chunk", "choices": […]}\n\ndata: [DONE]\n\n',
            }
        },
    }
}


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": CompletionErrorBody} for status in statuses}


@router.post(
    "/v1/chat/completions",
    response_model=CompletionBody,
    responses={**_STREAM, **_errors(400, 401, 403, 404, 413, 422, 429, 503)},
    summary="Answer a chat",
    dependencies=[CountedQuestion],
)
def complete(
    asked: CompletionRequestBody, request: Request, dialogue: AdmittedDialogueDep, caller: ResearcherDep
) -> Response | CompletionBody:
    """Answer the last question of a chat from the documents the caller may see, with footnotes and annotations.

    Nothing is kept of it. What the messages of other roles say is left aside: an answer rests on the documents alone.
    With `stream`, `chat.completion.chunk` events follow, and `[DONE]`.
    """
    if asked.model != MODEL:
        return refuse(request, _wrong("model", 404, "model_not_found", _NO_MODEL))
    if parameter := unsupported(asked):
        sentence = f"What `{parameter}` asks for cannot be done here: answers are text, made of the documents alone."
        return refuse(request, _wrong(parameter, 400, "unsupported_parameter", sentence))
    question = completion_question(asked)
    language = check_answer_language(asked.language)
    reply = dialogue.ask(question.question, caller, language=language, asked=question.asked)
    completion = Completion(str(request.base_url).rstrip("/"))
    if not asked.stream:
        return completion.whole(reply.events)
    with_usage = bool(asked.stream_options and asked.stream_options.include_usage)
    # The first step is awaited here, so that a question which cannot be answered gets a proper status.
    chunks = completion.chunks(chain([next(reply.events)], reply.events), with_usage=with_usage)
    return EventSourceResponse(_events(request, reply, chunks), headers=_UNBUFFERED)


@router.get("/v1/models", responses=_errors(401, 403), summary="List the models")
def list_models(caller: ResearcherDep) -> ModelsBody:
    """The one model that a chat may name."""
    return ModelsBody(data=[_model()])


@router.get("/v1/models/{model}", responses=_errors(401, 403, 404), summary="Look up a model")
def read_model(model: str, caller: ResearcherDep) -> ModelBody:
    """The model of that name."""
    if model != MODEL:
        raise NotFound(_NO_MODEL, code="model_not_found")
    return _model()


def _model() -> ModelBody:
    return ModelBody(created=_STARTED)


def _wrong(parameter: str, status: int, code: str, sentence: str) -> Refusal:
    return Refusal(status, code, sentence, errors=(FieldErrorBody(field=parameter, message=sentence),))


def _events(request: Request, reply: Reply, chunks: Iterator[CompletionChunkBody]) -> Iterator[bytes]:
    try:
        with closing(reply.events):
            for chunk in chunks:
                yield format_sse_event(data_str=chunk.model_dump_json())
    except MissiondeskError as error:
        log_withheld(request, error)
        yield format_sse_event(data_str=completion_error_body(request, Refusal.of(error)).model_dump_json())
        return
    yield format_sse_event(data_str="[DONE]")
