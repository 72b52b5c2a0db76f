"""Links to conversations: made and ended by their owners, opened by colleagues who have signed in."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from assistant.answer import Answer
from assistant.messages import message
from assistant.shares import Shares
from ui.bodies.problem import problem_responses
from ui.bodies.share import NewShareBody, ShareBody
from ui.callers import DialogueDep, ResearcherDep
from ui.exports.conversation import title_of
from ui.facets import value_name
from ui.page import interface_language, render_page
from ui.request_log import log_id_of
from ui.shared_link import PAGE, link_to

router = APIRouter(tags=["conversations"])

# Whoever is led on from there is not told the address, which is the link. No search engine keeps it.
_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
_ROUTE = "/v1/conversations/{conversation_id}/share"


def _shares(dialogue: DialogueDep) -> Shares:
    return Shares(dialogue.conversations)


SharesDep = Annotated[Shares, Depends(_shares)]


@router.post(
    _ROUTE, status_code=201, responses=problem_responses(401, 403, 404, 422, 503, 507), summary="Share a conversation"
)
def share_conversation(
    conversation_id: str, request: Request, shares: SharesDep, caller: ResearcherDep
) -> NewShareBody:
    """Make a link to your own conversation; one that was made before ends.

    Whoever opens it must sign in, and sees the questions, and of the answers what they may see themselves.
    """
    made = shares.make(conversation_id, caller, log_id_of(request.scope))
    return NewShareBody(url=link_to(made.token, str(request.base_url).rstrip("/")), ends_at=made.ends)


@router.get(
    _ROUTE, responses=problem_responses(401, 403, 404, 422, 503), summary="See whether a conversation is shared"
)
def see_share(conversation_id: str, shares: SharesDep, caller: ResearcherDep) -> ShareBody:
    """When the link to your own conversation ends."""
    return ShareBody(ends_at=shares.ends(conversation_id, caller))


@router.delete(_ROUTE, status_code=204, responses=problem_responses(401, 403, 404, 422, 503, 507), summary="End a link")
def end_share(conversation_id: str, request: Request, shares: SharesDep, caller: ResearcherDep) -> None:
    """The link leads nowhere from now on."""
    shares.end(conversation_id, caller, log_id_of(request.scope))


@router.get(PAGE, include_in_schema=False)
def shared_page(
    request: Request, shares: SharesDep, dialogue: DialogueDep, caller: ResearcherDep,
    link: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:  # fmt: skip
    """The conversation as it is now, to read only, as far as whoever reads it may see its sources."""
    conversation_id = shares.opened(link, caller, log_id_of(request.scope))
    conversation, turns = dialogue.linked(conversation_id, caller)
    page = render_page(
        request, "shared.html", title=title_of(conversation), turns=turns,
        filtered=partial(_filtered, language=interface_language(request)),
    )  # fmt: skip
    page.headers.update(_HEADERS)
    return page


def _filtered(answer: Answer, language: str) -> str:
    return "; ".join(
        f"{message(f'page_filter_{field}', language)}: {value_name(field, value, interface=language)}"
        for field, value in answer.filters
    )
