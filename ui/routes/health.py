"""Whether the server runs, and whether it can work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from index.hit import EVERYTHING
from ui.bodies.problem import problem_responses
from ui.callers import AssistantDep

router = APIRouter(tags=["operations"])


class HealthBody(BaseModel):
    """Says no more than the status: these routes are open to everybody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ready"}]})

    status: Literal["live", "ready"]


@router.get("/health/live", summary="Is the process running?")
def live() -> HealthBody:
    return HealthBody(status="live")


@router.get("/health/ready", responses=problem_responses(503), summary="Can questions be answered?")
def ready(assistant: AssistantDep) -> HealthBody:
    """Reads the library and searches it once by meaning, so a lost disk or model shows here and not to a visitor."""
    assistant.search("ready", scope=EVERYTHING, limit=1)
    return HealthBody(status="ready")
