"""The researchers' search page."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.question import MAX_QUESTION
from index.errors import InvalidRequest
from ui.api_call import api_call, export_links
from ui.callers import AssistantDep, ResearcherDep
from ui.facets import value_name
from ui.page import interface_language, render_page, server_address
from ui.results import ResultsPage
from ui.search_state import SearchState
from ui.sorting import sorted_search

router = APIRouter(include_in_schema=False)


@router.get("/")
def search_page(
    request: Request, assistant: AssistantDep, caller: ResearcherDep, state: Annotated[SearchState, Query()]
) -> HTMLResponse:
    """The search, with its whole state in the address."""
    if not state.q.strip():
        return _search_page(request, state, total=len(assistant.documents(scope=caller.scope)))
    if len(state.q.strip()) > MAX_QUESTION:
        return _search_page(request, state, problem="page_error_too_long")
    try:
        filters = state.filters()
        found = sorted_search(assistant, state.q, state.sort, caller.scope, filters, state.limit)
    except InvalidRequest:
        # Without its filters: the one that is wrong could not be let go of.
        return _search_page(request, SearchState(q=state.q, sel=state.sel), problem="page_error_invalid")
    state = state.settled(filters).within(found)
    return _search_page(request, state, ResultsPage(state, found, server_address(request)))


def _search_page(
    request: Request,
    state: SearchState,
    results: ResultsPage | None = None,
    *,
    total: int = 0,
    problem: str | None = None,
) -> HTMLResponse:
    """`total` counts the library's documents, where nothing is asked yet; `problem` is the key of a text."""
    status = 422 if problem else 200
    values: dict[str, object] = {"results": results, "total": total, "problem": problem, "longest": MAX_QUESTION}
    values["call"], values["exports"] = api_call(state), export_links(state)
    values["value_name"] = partial(value_name, interface=interface_language(request))
    return render_page(request, "search.html", status, state=state, **values)
