"""Search for passages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ui.bodies.found import FoundBody
from ui.bodies.problem import NOT_MODIFIED, problem_responses
from ui.bodies.search import SearchBody, SearchPageBody, SearchQuery
from ui.bodies.search_request import SearchRequest
from ui.callers import AssistantDep, CallerDep
from ui.entity_tag import tagged_json
from ui.limits import CountedCall
from ui.search_cursor import Shown
from ui.search_filter import filters_of
from ui.sorting import found_page, sorted_search

router = APIRouter(tags=["documents"])


@router.get(
    "/v1/search",
    dependencies=[CountedCall],
    response_model=SearchPageBody,
    responses={**NOT_MODIFIED, **problem_responses(401, 403, 422, 429, 503)},
    summary="Search for passages",
)
def search(
    request: Request, assistant: AssistantDep, caller: CallerDep, asked: Annotated[SearchQuery, Query()]
) -> Response:
    """Passages the caller may see, best first, by meaning and by words, in every language unless some are chosen.

    Every filter may be given several times: a passage fits by any of a field's values, must fit every field, and has
    nothing that is to be left out.
    """
    filters = asked.filters()
    shown = Shown.of(asked.cursor, asked.q, filters, asked.sort)
    room = shown.room(asked.limit)
    found = sorted_search(assistant, asked.q, asked.sort, caller.scope, filters, room, shown.numbers)
    body = SearchBody.of(found).model_dump()
    return tagged_json(request, SearchPageBody(**body, next_cursor=shown.cursor_behind(found)))


@router.post(
    "/v1/search",
    dependencies=[CountedCall],
    responses=problem_responses(401, 403, 413, 422, 429, 503),
    summary="Search with filters put together by and, or, and not",
)
def search_as_said(assistant: AssistantDep, caller: CallerDep, asked: SearchRequest) -> FoundBody:
    """The same search in a shape like that of ReliefWeb's API, with chosen facets and fields.

    Sorted by date, the 100 best passages are put in that order: what has nothing to do with the words stays out.
    """
    filters = filters_of(asked.filter)
    shown = Shown.of(asked.cursor, asked.query.value, filters, asked.sort)
    found = found_page(assistant, asked, caller.scope, filters, shown)
    return FoundBody.of(found, asked.facets, asked.fields, shown.cursor_behind(found))
