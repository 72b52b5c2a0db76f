"""Whether the server runs, and whether it can work."""

from __future__ import annotations

from typing import Literal, cast

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from ui.bodies.problem import FieldErrorBody, problem_responses
from ui.readiness import Readiness
from ui.refusals import Refusal, refuse

router = APIRouter(tags=["operations"])


class LiveBody(BaseModel):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "live"}]})

    status: Literal["live"] = "live"


class CheckBody(BaseModel):
    """One part that an answer needs, or is better with, and how long it took to see."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    ok: bool
    ms: float


class ReadyBody(BaseModel):
    """Says no more than what works: these routes are open to everybody. `degraded`: answers are given, but poorer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ready", "checks": [{"name": "library", "ok": True, "ms": 1.3}]}]}
    )

    status: Literal["ready", "degraded"]
    checks: list[CheckBody]


@router.get("/health/live", summary="Is the process running?")
async def live() -> LiveBody:
    """Waits for nothing: no thread, no lock, no disk."""
    return LiveBody()


@router.get(
    "/health/ready",
    response_model=ReadyBody,
    responses=problem_responses(503),
    summary="Can questions be answered?",
)
async def ready(request: Request) -> ReadyBody | Response:
    """Tries the library, the search engines, the embedding model and the chat model, at most every two seconds."""
    checks = await cast(Readiness, request.app.state.readiness).report()
    if failed := [check for check in checks if check.needed and not check.ok]:
        names = ", ".join(check.name for check in failed)
        errors = tuple(FieldErrorBody(field=check.name, message=f"failed after {check.ms:g} ms") for check in failed)
        return refuse(request, Refusal(503, "not_ready", f"Not ready: {names}.", "Not ready", errors))
    status: Literal["ready", "degraded"] = "ready" if all(check.ok for check in checks) else "degraded"
    return ReadyBody(status=status, checks=[CheckBody.model_validate(check) for check in checks])
