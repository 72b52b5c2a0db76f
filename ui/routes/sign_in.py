"""Signing in with a browser: the page where people paste their key, and the way out."""

from __future__ import annotations

import logging
from typing import Annotated, cast

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from assistant.event import Action, Event
from assistant.keys import PREFIX
from index.errors import AccessDenied
from ui.attempts import Attempts
from ui.auditing import AuditDep, signing_in, unknown
from ui.callers import AccessDep
from ui.credentials import forget_session, session_token, set_session
from ui.origins import is_own_page
from ui.page import render_page
from ui.request_log import log_id_of
from ui.return_path import HOME, back_to, own_path, to_sign_in

router = APIRouter(include_in_schema=False)

LONGEST_KEY = 200
_log = logging.getLogger("missiondesk.sign_ins")


@router.get("/sign-in")
def sign_in_page(request: Request, access: AccessDep, came_for: Annotated[str, Query(alias="next")] = HOME) -> Response:
    """The form; where no credential is needed there is nothing to sign in to."""
    return back_to(came_for) if access.is_open else show_sign_in(request, came_for)


@router.post("/sign-in")
def sign_in(
    request: Request,
    access: AccessDep,
    audit: AuditDep,
    key: Annotated[str, Form()] = "",
    came_for: Annotated[str, Form(alias="next")] = HOME,
) -> Response:
    """Begin a session with a key, and go where the visitor wanted to."""
    if not is_own_page(request.headers):
        # Another site could sign people in as somebody else, and read later what they asked.
        raise AccessDenied("Requests from other sites are not accepted.", code="cross_site")
    attempts, address = cast(Attempts, request.app.state.attempts), request.app.state.addresses.of(request.scope)
    wait = attempts.begin(address)
    if wait:
        page = show_sign_in(request, came_for, "sign_in_slow", 429)
        page.headers["Retry-After"] = str(wait)
        return page
    try:
        begun = access.sign_in(key.strip()[:LONGEST_KEY])
    except AccessDenied:
        _log.warning("sign-in refused", extra={"log_id": log_id_of(request.scope)})
        audit.record(unknown(request), Event(Action.SIGN_IN_REFUSED, "session"))
        return show_sign_in(request, came_for, "sign_in_refused", 401)
    attempts.succeeded(address)
    audit.record(signing_in(request, begun.sign_in), Event(Action.SIGNED_IN, "session"))
    earlier = session_token(request)
    if earlier is not None:
        access.sign_ins.end(earlier)
    response = back_to(came_for)
    set_session(response, request, begun)
    return response


@router.post("/sign-out")
def sign_out(request: Request, access: AccessDep, audit: AuditDep) -> Response:
    """End the session, here and everywhere its token may have gone."""
    token = session_token(request)
    ending = access.sign_ins.find(token) if token is not None else None
    if token is not None and ending is not None:
        access.sign_ins.end(token)
        audit.record(signing_in(request, ending), Event(Action.SIGNED_OUT, "session"))
    response = to_sign_in(request)
    forget_session(response, request)
    return response


def show_sign_in(request: Request, came_for: str, problem: str | None = None, status: int = 200) -> HTMLResponse:
    """The sign-in page; `problem` is the key of a text."""
    accounts = request.app.state.provider is not None
    values: dict[str, object] = {"came_for": own_path(came_for), "problem": problem, "accounts": accounts}
    return render_page(request, "sign_in.html", status, prefix=PREFIX, longest=LONGEST_KEY, **values)
