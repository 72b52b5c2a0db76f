"""Signing in with the accounts of the organisation's own provider."""

from __future__ import annotations

import logging
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.event import Action, Actor, Event
from assistant.signed import opened
from ui.auditing import AuditDep, signing_in
from ui.callers import AccessDep
from ui.credentials import is_secure, set_session
from ui.provider import Provider, ProviderFailed
from ui.request_log import log_id_of
from ui.return_path import HOME, back_to, own_path
from ui.routes.sign_in import show_sign_in

router = APIRouter(include_in_schema=False)

_PATH = "/sign-in/oidc"
_BACK = f"{_PATH}/callback"
_COOKIE = "missiondesk_sign_in"
_PURPOSE = "missiondesk-sign-in"
_SECONDS = 600
"""How long somebody may take at the provider."""
_log = logging.getLogger("missiondesk.sign_ins")


@router.get(_PATH)
async def leave(request: Request, access: AccessDep, came_for: Annotated[str, Query(alias="next")] = HOME) -> Response:
    """Send the browser to the provider. What it must bring back stays in a cookie that we have signed."""
    try:
        departure = await _provider(request).leave(f"{request.url.scheme}://{request.url.netloc}{_BACK}")
    except ProviderFailed as error:
        return _failed(request, came_for, error)
    kept = _serializer(access.secret).dumps({"state": dict(departure.state), "next": own_path(came_for)})
    response = RedirectResponse(departure.url, 303, {"Cache-Control": "no-store"})
    response.set_cookie(_COOKIE, kept, _SECONDS, path=_PATH, secure=is_secure(request), httponly=True, samesite="lax")
    return response


@router.get(_BACK)
async def arrive(request: Request, access: AccessDep, audit: AuditDep) -> Response:
    """Begin a session for whom the provider names, if they have a role here."""
    try:
        kept: dict[str, Any] = opened(_serializer(access.secret), request.cookies.get(_COOKIE, ""), _SECONDS)
    except BadSignature:
        # Not begun in this browser, or long ago.
        return show_sign_in(request, HOME, "sign_in_failed", 401)
    try:
        account = await _provider(request).arrive(request, kept["state"])
    except ProviderFailed as error:
        return _failed(request, kept["next"], error)
    if account.role is None:
        _log.warning("sign-in refused", extra={"log_id": log_id_of(request.scope), "reason": "no role"})
        refused = Event(Action.SIGN_IN_REFUSED, "session")
        await run_in_threadpool(audit.record, Actor(account.owner, None, log_id_of(request.scope)), refused)
        return show_sign_in(request, kept["next"], "sign_in_no_role", 403)
    begun = await run_in_threadpool(access.sign_ins.begin_for, account.owner, account.role)
    await run_in_threadpool(audit.record, signing_in(request, begun.sign_in), Event(Action.SIGNED_IN, "session"))
    response = back_to(kept["next"])
    set_session(response, request, begun)
    response.delete_cookie(_COOKIE, path=_PATH)
    return response


def _failed(request: Request, came_for: str, error: ProviderFailed) -> Response:
    _log.error("sign-in failed", extra={"log_id": log_id_of(request.scope), "reason": error.message})
    return show_sign_in(request, came_for, "sign_in_failed", 502)


def _provider(request: Request) -> Provider:
    return cast(Provider, request.app.state.provider)


def _serializer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=_PURPOSE)
