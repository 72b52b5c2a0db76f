"""Without access keys every caller counts as staff, so only this machine's own programs and pages may call.

Listening on loopback keeps other machines out, but a web page open in a browser here could still reach the server:
under a name of its own that resolves to 127.0.0.1 (DNS rebinding; stopped by the `Host` check), or with a cross-site
request (stopped by the `Origin` check).
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import InvalidSetting
from ui.cross_origin import judges_origin_itself
from ui.refusals import Refusal, refuse

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_WRONG_HOST = Refusal(421, "wrong_host", "This server does not answer to that host name.")
_FOREIGN_ORIGIN = Refusal(403, "foreign_origin", "Requests from other sites are not accepted.")


def check_loopback(host: str) -> None:
    """Raise `InvalidSetting` unless `host` can be reached from this machine only."""
    if host not in LOOPBACK | {"::1"}:
        raise InvalidSetting(
            f"Without access keys the server listens on this machine only: --host {host} is refused; "
            "use 127.0.0.1, localhost or ::1."
        )


class LoopbackGuard:
    """Middleware that refuses requests which another site has led here."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] = LOOPBACK) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        name, _ = _split_port(headers.get("host", ""))
        if name.lower() not in self.hosts:
            await _turn_away(scope, receive, send, _WRONG_HOST)
        elif _is_foreign(scope, headers):
            await _turn_away(scope, receive, send, _FOREIGN_ORIGIN)
        else:
            await self.app(scope, receive, send)


def _split_port(host: str) -> tuple[str, str]:
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and not host.endswith("]") else (host, "")


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None or headers.get("authorization", "").lower().startswith("bearer "):
        return False
    # A widget stands on other sites by design.
    if judges_origin_itself(scope, headers):
        return False
    scheme, _, place = origin.partition("://")
    default = _DEFAULT_PORTS.get(scheme)
    if default is None:
        return True
    name, port = _split_port(place.lower())
    own_name, own_port = _split_port(headers.get("host", "").lower())
    return (name, port or default) != (own_name, own_port or default)


async def _turn_away(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await refuse(Request(scope), refusal)(scope, receive, send)
