"""Kept searches: each person's own list."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.saved_searches import LONGEST_ADDRESS, LONGEST_NAME, SavedSearches
from index.arrivals import newest_passage
from index.errors import InvalidRequest
from ui.callers import AssistantDep, ResearcherDep, SavedDep
from ui.characters import is_broken
from ui.facets import value_name
from ui.page import interface_language, render_page, server_address
from ui.saved import shown
from ui.search_state import SearchState

router = APIRouter(include_in_schema=False)

Act = Literal["run", "rename", "remove", "feed", "end"]
_NOT_CACHED = {"Cache-Control": "no-store"}


@router.get("/saved")
def saved_page(request: Request, assistant: AssistantDep, caller: ResearcherDep, saved: SavedDep) -> Response:
    """The caller's searches, with what is new in each."""
    return _page(request, assistant, caller, saved)


@router.post("/saved")
def save(
    assistant: AssistantDep, caller: ResearcherDep, saved: SavedDep,
    search: Annotated[str, Form(max_length=LONGEST_ADDRESS)], name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
) -> Response:  # fmt: skip
    """Keep the search of a page's address, behind its question mark."""
    state = SearchState.of_address(search)
    if not state.q.strip() or is_broken(search + name):
        raise InvalidRequest("A search that is kept needs words or a question.")
    state = state.settled(state.filters())
    newest = newest_passage(assistant.index.library.engine)
    saved.add(caller, name.strip() or state.q[:LONGEST_NAME], state.kept_address, newest)
    return _to("/saved")


@router.post("/saved/{search_id}")
def change(
    search_id: str, request: Request, assistant: AssistantDep, caller: ResearcherDep, saved: SavedDep,
    act: Annotated[Act, Form()], name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
) -> Response:  # fmt: skip
    """Run a search, which counts as looking at what is new in it; or name it, remove it, make or end its feed."""
    match act:
        case "run":
            search = saved.look(search_id, caller, newest_passage(assistant.index.library.engine))
            return _to(SearchState.of_address(search.address).url(since=search.seen))
        case "rename":
            saved.rename(search_id, caller, name)
        case "remove":
            saved.remove(search_id, caller)
        case "end":
            saved.close_feed(search_id, caller)
        case "feed":
            token = saved.open_feed(search_id, caller)
            return _page(request, assistant, caller, saved, search_id, f"{server_address(request)}/feeds/{token}")
    return _to("/saved")


def _page(
    request: Request, assistant: Assistant, caller: Caller, saved: SavedSearches, made: str = "", address: str = ""
) -> Response:
    """`address` is that of the feed just `made`, which is shown this once."""
    language = interface_language(request)

    def named(state: SearchState) -> list[str]:
        pairs = [(field, value) for field, value in state.chosen if field != "without"]
        return [value_name(field, value, interface=language) for field, value in pairs]

    searches = shown(assistant, saved, caller)
    return render_page(
        request, "saved.html", searches=searches, named=named, made=made, address=address, longest=LONGEST_NAME,
        is_account=not caller.owner.startswith(("key:", "loopback")),
    )  # fmt: skip


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303, _NOT_CACHED)
