"""One line of log for each request: never the question, the query string, or who asked."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("missiondesk.requests")
_KEY = "missiondesk.log_id"


def log_id_of(scope: MutableMapping[str, Any]) -> str:
    """The id under which this request stands in the log."""
    return str(scope.setdefault(_KEY, secrets.token_hex(8)))


class RequestLog:
    """Middleware that names each request, tells the caller the name, and logs how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

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
                "path": scope["path"],
                "status": status,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            }
            _log.info("request", extra=extra)
