"""The scheme by which the browser really reached the server."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.addresses import Addresses

_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}


class ForwardedScheme:
    """Middleware that believes `X-Forwarded-Proto` from the proxies that are listed, and from nobody else.

    Cookies are kept from plain HTTP, and links name https, only where the server knows that it is reached so.
    """

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self.app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        schemes = _SCHEMES.get(scope["type"])
        if schemes is not None and self._addresses.is_proxy(scope):
            # The last proxy's word stands last.
            named = ",".join(Headers(scope=scope).getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
            scope = {**scope, "scheme": schemes.get(named, scope["scheme"])}
        await self.app(scope, receive, send)
