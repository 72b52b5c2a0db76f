"""Which names the server answers to, and from whose pages.

Without access keys every caller counts as staff, so only this machine's own programs and pages may call. Listening on
loopback keeps other machines out, but a web page open in a browser here could still reach the server: under a name of
its own that resolves to 127.0.0.1 (DNS rebinding; stopped by the `Host` check), or with a cross-site request (stopped
by the `Origin` check). With keys the same checks protect people who have signed in.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import InvalidSetting
from ui.cross_origin import judges_origin_itself
from ui.origins import is_own_origin, split_port
from ui.refusals import Refusal, turn_away

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_LOOPBACK_ADDRESSES = LOOPBACK | {"::1"}
_WRONG_HOST = Refusal(421, "wrong_host", "This server does not answer to that host name.")
_FOREIGN_ORIGIN = Refusal(403, "foreign_origin", "Requests from other sites are not accepted.")


def check_loopback(host: str) -> None:
    """Raise `InvalidSetting` unless `host` can be reached from this machine only."""
    if host not in _LOOPBACK_ADDRESSES:
        raise InvalidSetting(
            f"Without access keys the server listens on this machine only: --host {host} is refused; "
            "use 127.0.0.1, localhost or ::1, or make a key with `missiondesk keys create`."
        )


def answered_hosts(host: str, hosts: tuple[str, ...]) -> frozenset[str]:
    """The names that a server with access keys answers to when it listens on `host`.

    Raises `InvalidSetting` where others than this machine can reach it and no name is set.
    """
    if host not in _LOOPBACK_ADDRESSES and not hosts:
        raise InvalidSetting(
            f"With --host {host} others can reach the server: the setting hosts must say under which names, "
            "as people type them, such as desk.example.org."
        )
    return LOOPBACK | {name.lower() for name in hosts}


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
        name, _ = split_port(headers.get("host", ""))
        if name.lower() not in self.hosts:
            await turn_away(scope, receive, send, _WRONG_HOST)
        elif _is_foreign(scope, headers):
            await turn_away(scope, receive, send, _FOREIGN_ORIGIN)
        else:
            await self.app(scope, receive, send)


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None or headers.get("authorization", "").lower().startswith("bearer "):
        return False
    # A widget stands on other sites by design.
    if judges_origin_itself(scope, headers):
        return False
    return not is_own_origin(origin, headers.get("host", ""))
