"""Refusals and failures, as RFC 9457 describes them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

PROBLEM_TYPE = "application/problem+json"
_REFERENCE = "#/components/schemas/{model}"


class FieldErrorBody(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class ProblemBody(BaseModel):
    """`code` is stable; `detail` is a sentence for people; `log_id` finds the event in the server's log."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:missiondesk:problem:not_found",
                    "title": "Not found",
                    "status": 404,
                    "detail": "There is no document 6f1c.",
                    "instance": "/v1/documents/6f1c",
                    "code": "not_found",
                    "log_id": "5d1f0a52c1b7e3a4",
                    "errors": [],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    log_id: str
    errors: list[FieldErrorBody] = []


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The caller has it already (If-None-Match)"}}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The entry of a route's OpenAPI description for each of these statuses."""
    titles = {
        401: "The credential is not accepted, or has expired",
        403: "The credential does not allow this",
        404: "Not found",
        412: "It has changed since you read it",
        413: "The request's body is too large",
        422: "The request cannot be understood",
        415: "The request's body is of a type that is not taken here",
        429: "Too many requests: try again after as many seconds as Retry-After says",
        503: "The library or its model cannot be used at the moment",
        507: "The disk is full",
    }
    schema = {"$ref": _REFERENCE.format(model=ProblemBody.__name__)}
    return {
        status: {"description": titles[status], "content": {PROBLEM_TYPE: {"schema": schema}}} for status in statuses
    }


def describe_problems(description: dict[str, Any]) -> None:
    """Add the problem's own schema to an OpenAPI description.

    FastAPI adds only what it can serve as the route's own media type, and problems have another.
    """
    schema = ProblemBody.model_json_schema(ref_template=_REFERENCE)
    schemas = description["components"]["schemas"]
    schemas.update(schema.pop("$defs"))
    schemas[ProblemBody.__name__] = schema
