"""Nobody passes without a credential that is in force, but to what is open to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access import READER, Access
from assistant.roles import Role
from index.errors import AccessDenied, CredentialNeeded, MissiondeskError
from ui.credentials import Admitted, admit, remember
from ui.refusals import Refusal, log_withheld, turn_away

# Each of them is reached by people who have nothing yet, or by sites' visitors, tells nothing but how we run, or, as
# /metrics, looks for itself who calls.
_OPEN = frozenset(
    {
        "/v1/widget/sessions", "/health/live", "/health/ready", "/metrics", "/widget.js", "/help", "/favicon.ico",
        "/sign-in",
    }
)  # fmt: skip
# A feed's token stands in its address: feed readers send no credential.
_OPEN_BELOW = ("/widget/", "/static/", "/sign-in/", "/feeds/")
# What is not a route of ours, and so cannot ask for its callers' role itself.
_LEAST: Mapping[str, Role] = {"/chat": "researcher", "/openapi.json": "researcher"}
# Checks at a time. They wait for the database, so not in the event loop; and not behind questions in their threads.
_CHECKS = 8


class Gate:
    """Middleware that lets in whoever shows a credential, and says to what follows who it is.

    It stands before every route, mounted application and page, so that a new one is closed until somebody opens it.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self._access = access
        self._limiter: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or _is_open_to_all(scope):
            await self.app(scope, receive, send)
            return
        # Made here: it belongs to the event loop that serves.
        self._limiter = self._limiter or CapacityLimiter(_CHECKS)
        try:
            admitted = await to_thread.run_sync(self._admit, scope, limiter=self._limiter)
        except MissiondeskError as error:
            if scope["type"] == "http":
                log_withheld(Request(scope), error)
            await turn_away(scope, receive, send, Refusal.of(error))
            return
        remember(scope, admitted)
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope) -> Admitted:
        try:
            admitted = admit(HTTPConnection(scope), self._access)
        except CredentialNeeded:
            if not _is_document_page(scope):
                raise
            admitted = Admitted(READER, signed_in=False)
        least = next((role for path, role in _LEAST.items() if _is_below(scope["path"], path)), None)
        if least is not None and not admitted.caller.is_at_least(least):
            raise AccessDenied("This is for researchers and staff.")
        return admitted


def _is_open_to_all(scope: Scope) -> bool:
    path: str = scope["path"]
    # A browser asks with OPTIONS, without the credential, whether it may send one.
    return path in _OPEN or path.startswith(_OPEN_BELOW) or scope.get("method") == "OPTIONS"


def _is_document_page(scope: Scope) -> bool:
    """Visitors of a website are led there by the widget's citations; they see public documents, and no others."""
    path: str = scope["path"]
    return path.startswith("/documents/") and scope.get("method") in {"GET", "HEAD"}


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
