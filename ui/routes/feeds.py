"""Feeds of searches, for feed readers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from assistant.access import Caller
from assistant.saved_searches import PREFIX
from index.errors import InvalidRequest, NotFound
from ui.callers import AccessDep, AssistantDep, ResearcherDep, SavedDep
from ui.feed import Asked, feed_id, feed_response
from ui.limits import AddressDep, CountedCall, LimiterDep
from ui.page import interface_language, server_address
from ui.search_state import SearchState

router = APIRouter(include_in_schema=False)

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@router.get("/feed.atom", dependencies=[CountedCall])
def search_feed(
    request: Request, assistant: AssistantDep, caller: ResearcherDep, state: Annotated[SearchState, Query()]
) -> Response:
    """Any search's, for readers that send a credential, or where none is needed."""
    if not state.q.strip():
        raise InvalidRequest("A feed needs words or a question: `q`.")
    state = state.settled(state.filters())
    asked = Asked(feed_id(state), state.q, state, caller.scope, interface_language(request), _NEVER)
    return feed_response(request, assistant, asked, server_address(request))


@router.get("/feeds/{token}")
def saved_feed(
    token: str, request: Request, assistant: AssistantDep, access: AccessDep, saved: SavedDep, limiter: LimiterDep,
    address: AddressDep,
) -> Response:  # fmt: skip
    """A kept search's, for whoever has its address: what its owner may see now, and nothing once they may see nothing.

    The token is good for this one feed.
    """
    if not token.startswith(PREFIX):
        raise NotFound("There is no such feed, or no longer.")
    search = saved.of_feed(token)
    scope = access.rights(search.owner)
    if scope is None:
        raise NotFound("There is no such feed, or no longer.")
    if limiter is not None:
        limiter.call(Caller("researcher", scope, search.owner), address)
    state = SearchState.of_address(search.address)
    asked = Asked(
        f"urn:missiondesk:saved-search:{search.id}", search.name, state, scope, interface_language(request),
        search.created_at,
    )  # fmt: skip
    return feed_response(request, assistant, asked, server_address(request))
