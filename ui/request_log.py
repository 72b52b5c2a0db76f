"""One line of log for each request: never the question, the query string, a credential, or who asked."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("missiondesk.requests")
_KEY = "missiondesk.log_id"
_ROLE = "missiondesk.role"


def log_id_of(scope: MutableMapping[str, Any]) -> str:
    """The id under which this request stands in the log."""
    return str(scope.setdefault(_KEY, secrets.token_hex(8)))


def remember_role(scope: MutableMapping[str, Any], role: str) -> None:
    """Let the request's line say in which role it was made."""
    scope[_ROLE] = role


class RequestLog:
    """Middleware that names each request, tells the caller the name, and logs how it ended.

    The line has the route's template, not the path, which names documents and conversations; the caller's address only
    where `addresses` says so.
    """

    def __init__(self, app: ASGIApp, addresses: bool = False) -> None:
        self.app = app
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        log_id = log_id_of(scope)
        started = time.perf_counter()
        status = 500

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-log-id", log_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        finally:
            extra = {
                "log_id": log_id,
                "method": scope["method"],
                "route": _route_of(scope),
                "status": status,
                "role": scope.get(_ROLE),
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            if self.addresses and scope.get("client"):
                extra["address"] = scope["client"][0]
            _log.info("request", extra=extra)


def _route_of(scope: Scope) -> str | None:
    """None where no route of ours has the path, or a guard refused it before one was looked for."""
    template: str | None = getattr(scope.get("route"), "path", None)
    return template
