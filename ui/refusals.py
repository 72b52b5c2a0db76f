"""Turns errors into responses: problem JSON for programs, a page in the visitor's language for browsers."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from index.errors import MissiondeskError, TooManyRequests
from ui.bodies.problem import PROBLEM_TYPE, FieldErrorBody, ProblemBody
from ui.completion_error import CompletionErrorBody, completion_error, is_completion_path
from ui.page import PAGE_HEADERS, is_page_request, render_error
from ui.problems import problem_of
from ui.request_log import log_id_of
from ui.return_path import to_sign_in

_log = logging.getLogger("missiondesk.errors")

# FastAPI answers 400 to one thing only here: a body that is not JSON, or is nested deeper than the parser goes.
_MALFORMED = 400
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large", 415: "unsupported_media_type"}
_WITHHELD = "The service cannot answer at the moment; the log id leads to the reason."
_MOST_FIELD_ERRORS = 10
_DEEPEST_FIELD = 4


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the caller is told. `detail` must be fit to leave the server; `title` defaults to the status's own.

    `retry_after` is in seconds.
    """

    status: int
    code: str
    detail: str
    title: str = ""
    errors: tuple[FieldErrorBody, ...] = ()
    retry_after: int | None = None

    @classmethod
    def of(cls, error: MissiondeskError) -> Refusal:
        problem = problem_of(error)
        detail = error.message if problem.told else _WITHHELD
        retry_after = error.retry_after if isinstance(error, TooManyRequests) else None
        return cls(problem.status, error.code, detail, problem.title, retry_after=retry_after)

    @property
    def headers(self) -> dict[str, str]:
        """Those that this status asks for."""
        challenge = {"WWW-Authenticate": "Bearer"} if self.status == HTTPStatus.UNAUTHORIZED else {}
        return challenge if self.retry_after is None else {**challenge, "Retry-After": str(self.retry_after)}


def problem_body(request: Request, refusal: Refusal) -> ProblemBody:
    """The problem JSON of a refusal."""
    return ProblemBody(
        type=f"urn:missiondesk:problem:{refusal.code}",
        title=refusal.title or HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        detail=refusal.detail,
        instance=request.url.path,
        code=refusal.code,
        log_id=log_id_of(request.scope),
        errors=list(refusal.errors),
    )


def completion_error_body(request: Request, refusal: Refusal) -> CompletionErrorBody:
    """A refusal as OpenAI's clients read it."""
    param = refusal.errors[0].field.removeprefix("body.") if refusal.errors else None
    return completion_error(
        refusal.status, code=refusal.code, message=refusal.detail, param=param, log_id=log_id_of(request.scope)
    )


def refuse(request: Request, refusal: Refusal) -> Response:
    """The response of a refusal."""
    if is_page_request(request):
        if refusal.status == HTTPStatus.UNAUTHORIZED and "authorization" not in request.headers:
            return to_sign_in(request)
        return render_error(request, refusal.status, log_id_of(request.scope))
    if is_completion_path(request.url.path):
        return JSONResponse(completion_error_body(request, refusal).model_dump(), refusal.status, refusal.headers)
    content = problem_body(request, refusal).model_dump()
    return JSONResponse(content, refusal.status, refusal.headers, media_type=PROBLEM_TYPE)


async def turn_away(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    """Refuse before any route is reached."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await refuse(Request(scope), refusal)(scope, receive, send)


def log_withheld(request: Request, error: MissiondeskError) -> None:
    """Log an error whose own sentence the caller is not told, because it is ours and may name paths."""
    if not problem_of(error).told:
        extra = {"log_id": log_id_of(request.scope), "code": error.code, "reason": error.message}
        _log.error("problem", extra=extra)


def add_refusals(app: FastAPI) -> None:
    """Register the handlers on the application."""
    app.add_exception_handler(MissiondeskError, _on_missiondesk_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(Exception, _on_unexpected)


def _on_missiondesk_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MissiondeskError)
    log_withheld(request, error)
    return refuse(request, Refusal.of(error))


def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = _field_errors(error.errors())
    detail = "; ".join(f"{entry.field}: {entry.message}" for entry in errors)
    return refuse(request, Refusal(422, "invalid_request", detail, "Request not understood", errors))


def _field_errors(faults: Sequence[dict[str, object]]) -> tuple[FieldErrorBody, ...]:
    """What was sent is not repeated: it may be long, or somebody's question."""
    return tuple(
        FieldErrorBody(field=_field_name(fault["loc"]), message=str(fault["msg"]))
        for fault in faults[:_MOST_FIELD_ERRORS]
    )


def _field_name(location: object) -> str:
    parts = location if isinstance(location, tuple) else (location,)
    return ".".join(str(part)[:80] for part in parts[:_DEEPEST_FIELD])


def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == _MALFORMED:
        return refuse(request, Refusal(422, "malformed_body", "The body is not JSON that can be read."))
    status = HTTPStatus(error.status_code)
    refusal = Refusal(status, _CODES.get(status, "http_error"), status.description or status.phrase)
    response = refuse(request, refusal)
    response.headers.update(error.headers or {})
    return response


def _on_unexpected(request: Request, _: Exception) -> Response:
    # The server logs the error with its place in the code, after this; `RequestLog` logs the id and the path.
    refusal = Refusal(500, "internal_error", "Something went wrong here; the log id leads to the reason.")
    response = refuse(request, refusal)
    # This response is made outside the middleware that adds headers to all others.
    response.headers.update({**PAGE_HEADERS, "X-Log-Id": log_id_of(request.scope)})
    return response
