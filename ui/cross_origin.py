"""Lets the pages of sites that embed the widget read its answers, and no others (CORS)."""

from __future__ import annotations

import re
from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.widget_access import Sender
from index.errors import MissiondeskError
from ui.refusals import Refusal, log_withheld, refuse

_ROUTES = (
    (re.compile(r"/v1/(?:ask|widget/sessions|feedback)"), "POST"),
    (re.compile(r"/v1/(?:search|documents(?:/[^/]+)?)"), "GET"),
    (re.compile(r"/v1/conversations(?:/[^/]+)?"), "GET, DELETE"),
)
_SESSIONS = "/v1/widget/sessions"
# The script and its words: they hold nothing about anyone, and are for every page.
_FOR_ANY_PAGE = ("/widget.js", "/widget/")
_READER = "missiondesk.reader"
# Browsers keep a permission no longer than this; the request itself is judged again each time.
_KEPT_SECONDS = "600"
# Checks at a time: not in the event loop, and not behind questions in their threads.
_CHECKS = 4
_FOREIGN_ORIGIN = Refusal(403, "foreign_origin", "Requests from other sites are not accepted.")


def widget_methods(path: str) -> str:
    """What the widget may do there; empty where it has no business."""
    return next((methods for pattern, methods in _ROUTES if pattern.fullmatch(path)), "")


def judges_origin_itself(scope: Scope, headers: Headers) -> bool:
    """Whether a request without a credential may come from any page: it is public, or judged later, site by site."""
    path: str = scope["path"]
    if path == _SESSIONS or path.startswith(_FOR_ANY_PAGE):
        return True
    return is_preflight(scope, headers) and bool(widget_methods(path))


def is_preflight(scope: Scope, headers: Headers) -> bool:
    """Whether a browser asks beforehand if a page of another origin may send a request."""
    return bool(scope.get("method") == "OPTIONS" and "access-control-request-method" in headers)


def let_read(request: Request, sender: Sender) -> None:
    """Let the page that sent this request read the response, once it is known to be the site's own.

    That holds for the widget's routes; elsewhere it stays unread.
    """
    if sender.origin is not None and _READER in request.scope:
        request.scope[_READER].append(sender.origin)


class CrossOrigin:
    """Middleware that answers browsers' questions beforehand, and names in each response the page that may read it."""

    def __init__(self, app: ASGIApp, is_some_sites: Callable[[str], bool]) -> None:
        self.app = app
        self._is_some_sites = is_some_sites
        self._checks: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (methods := widget_methods(scope["path"])):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and is_preflight(scope, headers):
            await self._answer(scope, receive, send, origin, methods)
            return
        readers: list[str] = []
        scope[_READER] = readers

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                response = MutableHeaders(scope=message)
                response.add_vary_header("Origin")
                ended = message["status"] == 401 and origin is not None and await self._lets_in(scope, origin)
                if origin is not None and (readers or ended):
                    # A page must be able to see that its session has ended: it asks for another.
                    response["Access-Control-Allow-Origin"] = origin
                    response["Access-Control-Expose-Headers"] = "Retry-After, X-Log-Id"
            await send(message)

        await self.app(scope, receive, send_named)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, origin: str, methods: str) -> None:
        if not await self._lets_in(scope, origin):
            response = refuse(Request(scope), _FOREIGN_ORIGIN)
        else:
            allowed = {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": methods,
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": _KEPT_SECONDS,
            }
            response = Response(status_code=204, headers=allowed)
        response.headers["Vary"] = "Origin"
        await response(scope, receive, send)

    async def _lets_in(self, scope: Scope, origin: str) -> bool:
        # It may ask the database; made here, because a limiter belongs to the event loop that serves.
        self._checks = self._checks or CapacityLimiter(_CHECKS)
        try:
            return await to_thread.run_sync(self._is_some_sites, origin, limiter=self._checks)
        except MissiondeskError as error:
            log_withheld(Request(scope), error)
            return False
