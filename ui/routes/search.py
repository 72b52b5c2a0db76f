"""Search for passages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ui.bodies.problem import problem_responses
from ui.bodies.search import SearchBody, SearchQuery
from ui.callers import AssistantDep, CallerDep
from ui.limits import CountedCall

router = APIRouter(tags=["documents"])


@router.get(
    "/v1/search",
    dependencies=[CountedCall],
    responses=problem_responses(401, 403, 422, 429, 503),
    summary="Search for passages",
)
def search(
    assistant: AssistantDep,
    caller: CallerDep,
    asked: Annotated[SearchQuery, Query()],
) -> SearchBody:
    """Passages the caller may see, best first, by meaning and by words, in every language unless some are chosen.

    Every filter may be given several times: a passage fits by any of a field's values, and must fit every field.
    """
    found = assistant.search(asked.q, scope=caller.scope, limit=asked.limit, filters=asked.filters())
    return SearchBody.of(found)
