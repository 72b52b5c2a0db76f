"""The basket: the passages that somebody has put aside, to cite and to export."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ui.basket import Basket
from ui.callers import AssistantDep, ResearcherDep
from ui.page import render_page, server_address
from ui.search_state import SearchState

router = APIRouter(include_in_schema=False)


@router.get("/basket")
def basket_page(
    request: Request, assistant: AssistantDep, caller: ResearcherDep, state: Annotated[SearchState, Query()]
) -> HTMLResponse:
    """What the address names and the caller may see now. The rest of the address leads back to the search."""
    held = assistant.index.library.passages.read(state.selection, caller.scope)
    return render_page(request, "basket.html", state=state, basket=Basket(state, held, server_address(request)))
