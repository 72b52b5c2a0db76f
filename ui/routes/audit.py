"""Who did what, for administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from assistant.audit import Wanted
from ui.auditing import AuditDep
from ui.bodies.audit import AuditBody
from ui.bodies.problem import problem_responses
from ui.callers import AdminDep

router = APIRouter(tags=["audit"])

LARGEST_LIMIT = 1000

Name = Annotated[str | None, Query(max_length=255)]


def _wanted(
    since: Annotated[AwareDatetime | None, Query(description="Only entries from this time on, with its zone")] = None,
    actor: Name = None,
    action: Annotated[str | None, Query(max_length=64, description="`document.removed`, or all of `document`")] = None,
    object_id: Name = None,
) -> Wanted:
    return Wanted(since, actor, action, object_id)


@router.get("/v1/audit", responses=problem_responses(401, 403, 422, 503), summary="Read the audit")
def list_entries(
    audit: AuditDep,
    _: AdminDep,
    wanted: Annotated[Wanted, Depends(_wanted)],
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="How many entries")] = 100,
    cursor: Annotated[
        str | None, Query(pattern="^[0-9]{1,18}$", description="`next_cursor` of the page before")
    ] = None,
) -> AuditBody:
    """Who uploaded, relabelled, removed, exported, and who was let in: newest first, never a question or its words."""
    return AuditBody.of(audit.newest(limit + 1, wanted, int(cursor) if cursor else None), limit)
