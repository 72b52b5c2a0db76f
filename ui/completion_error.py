"""Refusals in the shape that OpenAI's clients turn into their own errors."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel

PATHS = ("/v1/chat/completions", "/v1/models")
"""Where clients of OpenAI's call; whatever is refused below is refused in their shape."""

_TYPES = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}


class CompletionProblemBody(BaseModel):
    """`code` is stable, `param` names what is wrong with the request; `log_id` finds the event in the server's log."""

    message: str
    type: str
    param: str | None
    code: str
    log_id: str


class CompletionErrorBody(BaseModel):
    """What is refused, as OpenAI's API says it."""

    error: CompletionProblemBody


def is_completion_path(path: str) -> bool:
    """Whether a client of OpenAI's calls here."""
    return any(path == own or path.startswith(f"{own}/") for own in PATHS)


def completion_error(
    status: int, *, code: str, message: str, param: str | None, log_id: str
) -> CompletionErrorBody:  # fmt: skip
    """The body of a refusal of this HTTP status."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    problem = CompletionProblemBody(
        message=message, type=_TYPES.get(HTTPStatus(status), kind), param=param, code=code, log_id=log_id
    )
    return CompletionErrorBody(error=problem)
