"""The comparison of what sources in different languages say on one question."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.comparison import Comparison
from assistant.question import MAX_QUESTION
from index.errors import InvalidRequest
from ui.callers import AdmissionDep, AssistantDep, ResearcherDep
from ui.comparing import grouped
from ui.facets import value_name
from ui.limits import CountedQuestion
from ui.page import interface_language, render_page, server_address
from ui.search_state import SearchState

router = APIRouter(include_in_schema=False)


@router.get("/compare", dependencies=[CountedQuestion])
def compare_page(
    request: Request, assistant: AssistantDep, caller: ResearcherDep, admission: AdmissionDep,
    state: Annotated[SearchState, Query()],
) -> HTMLResponse:  # fmt: skip
    """The question, filters and basket stand in the address, as on the search page."""
    if not state.q.strip():
        return _page(request, state)
    if len(state.q.strip()) > MAX_QUESTION:
        return _page(request, state, problem="page_error_too_long")
    try:
        filters = state.filters()
        admission.check()
        with admission.beside():
            language = interface_language(request)
            found = assistant.compare(state.q, scope=caller.scope, filters=filters, language=language)
    except InvalidRequest:
        return _page(request, SearchState(q=state.q, sel=state.sel), problem="page_error_invalid")
    return _page(request, state.settled(filters), found)


def _page(
    request: Request, state: SearchState, found: Comparison | None = None, *, problem: str | None = None
) -> HTMLResponse:
    values: dict[str, object] = {"found": found, "problem": problem, "longest": MAX_QUESTION}
    values["groups"] = grouped(found, server_address(request)) if found else {}
    values["value_name"] = partial(value_name, interface=interface_language(request))
    return render_page(request, "compare.html", 422 if problem else 200, state=state, **values)
