"""Search for passages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from index.hit import Filters
from ui.bodies.problem import problem_responses
from ui.bodies.search import SearchBody
from ui.callers import AssistantDep, CallerDep
from ui.languages import check_document_language

router = APIRouter(tags=["documents"])

LARGEST_LIMIT = 100


@router.get("/v1/search", responses=problem_responses(401, 403, 422, 503), summary="Search for passages")
def search(
    assistant: AssistantDep,
    caller: CallerDep,
    q: Annotated[str, Query(description="Words or a question, in any language", examples=["family reunification"])],
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT, description="How many passages")] = 10,
    language: Annotated[str | None, Query(description="Only passages in this language (ISO 639-1)")] = None,
    collection: Annotated[str | None, Query(max_length=200, description="Only documents of this collection")] = None,
) -> SearchBody:
    """Passages the caller may see, best first, by meaning and by words, in every language unless one is chosen."""
    filters = Filters(language=check_document_language(language), collection=collection)
    return SearchBody.of(assistant.search(q, scope=caller.scope, limit=limit, filters=filters))
