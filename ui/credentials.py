"""The credential that a request carries: a bearer token, or the cookie of somebody who has signed in."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response

from assistant.access import Access, Caller
from assistant.sign_ins import NewSignIn
from assistant.widget_access import Sender
from index.database import as_utc, utc_now
from index.errors import AccessDenied, CredentialNeeded, ForeignOrigin, SessionExpired
from ui.origins import is_own_origin, is_own_page
from ui.problems import CredentialRefused

_COOKIE = "missiondesk_session"
_ADMITTED = "missiondesk.admitted"
_SECURE = {"https", "wss"}
_CHANGES_NOTHING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows; no token: nothing."""

    token: str | None
    from_cookie: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whoever was let in, and whether it was a browser that has signed in."""

    caller: Caller
    signed_in: bool


def presented(connection: HTTPConnection, access: Access) -> Credential:
    """The request's credential. The header wins; no cookie counts while no credential is needed."""
    header = connection.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise CredentialRefused("The Authorization header holds no bearer token.")
        return Credential(token.strip())
    cookie = connection.cookies.get(_cookie_name(connection))
    return Credential(cookie, from_cookie=True) if cookie and not access.is_open else Credential(None)


def sender_of(connection: HTTPConnection) -> Sender:
    """The page that sends the request, as the browser says."""
    headers = connection.headers
    reads = connection.scope.get("method") in {"GET", "HEAD"}
    return Sender(headers.get("origin"), headers.get("host", ""), reads=reads)


def admit(connection: HTTPConnection, access: Access) -> Admitted:
    """Check the request's credential now.

    Raises `CredentialNeeded`, `SessionExpired`, `ForeignOrigin`, `CredentialRefused`, also for a key that another
    site's page sends, and `AccessDenied` for a request that such a page has made with somebody's cookie.
    """
    credential = presented(connection, access)
    if credential.from_cookie and _may_be_forged(connection):
        raise AccessDenied("Requests from other sites are not accepted.", code="cross_site")
    try:
        caller = access.caller(credential.token, sender_of(connection))
    except (CredentialNeeded, ForeignOrigin, SessionExpired):
        raise
    except AccessDenied as error:
        raise CredentialRefused(error.message) from error
    if caller.site is None and _is_elsewhere(connection):
        # Whoever reads that page has the key, too.
        raise CredentialRefused("A key is not for the pages of other sites.")
    return Admitted(caller, credential.from_cookie)


def remember(scope: MutableMapping[str, Any], admitted: Admitted) -> None:
    """Keep for this request who was let in."""
    scope[_ADMITTED] = admitted


def admitted_caller(scope: MutableMapping[str, Any]) -> Caller | None:
    """Whoever was let in with this request."""
    found: Admitted | None = scope.get(_ADMITTED)
    return found.caller if found else None


def is_signed_in(scope: MutableMapping[str, Any]) -> bool:
    """Whether the request comes from a browser that has signed in."""
    found: Admitted | None = scope.get(_ADMITTED)
    return found is not None and found.signed_in


def session_token(connection: HTTPConnection) -> str | None:
    """What the session's cookie holds."""
    return connection.cookies.get(_cookie_name(connection))


def set_session(response: Response, connection: HTTPConnection, begun: NewSignIn) -> None:
    """Let the browser keep a session's token where no script reads it, for this server and as long as it is good."""
    seconds = int((begun.sign_in.ends - as_utc(utc_now())).total_seconds())
    response.set_cookie(_cookie_name(connection), begun.token, seconds, **_attributes(connection))


def forget_session(response: Response, connection: HTTPConnection) -> None:
    response.delete_cookie(_cookie_name(connection), **_attributes(connection))


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser reached the server by HTTPS."""
    return connection.url.scheme in _SECURE


def _attributes(connection: HTTPConnection) -> dict[str, Any]:
    return {"path": "/", "secure": is_secure(connection), "httponly": True, "samesite": "lax"}


def _cookie_name(connection: HTTPConnection) -> str:
    # The prefix makes browsers refuse such a cookie from a neighbouring host, or without HTTPS.
    return f"__Host-{_COOKIE}" if is_secure(connection) else _COOKIE


def _is_elsewhere(connection: HTTPConnection) -> bool:
    """Whether the browser says that a page of another site has sent the request."""
    origin = connection.headers.get("origin")
    return origin is not None and not is_own_origin(origin, connection.headers.get("host", ""))


def _may_be_forged(connection: HTTPConnection) -> bool:
    changes = connection.scope["type"] != "http" or connection.scope["method"] not in _CHANGES_NOTHING
    return changes and not is_own_page(connection.headers)
