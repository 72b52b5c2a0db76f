"""Who is asking, and what they may see. The scope comes from the credential, never from the request's body."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from index.errors import AccessDenied, SessionExpired
from index.hit import EVERYTHING, PUBLIC_ONLY, Scope
from index.library import Library

DEMO_SITE = "demo"
"""The one site that exists without being added: the server's own demonstration page."""
_SECRET = "widget_secret"
_AUDIENCE = "missiondesk-widget"


Role = Literal["admin", "staff", "researcher", "widget"]
RIGHTS: dict[Role, int] = {"widget": 0, "researcher": 1, "staff": 2, "admin": 3}
"""Each role may do what the ones below it may: researchers search and export, staff change documents, admins access."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request, and what they may see.

    `owner` names the credential: what is kept for one is nobody else's. `ends` is when the credential does (UTC), if
    ever; nothing is kept for it longer.
    """

    role: Role
    scope: Scope
    owner: str
    ends: datetime | None = None

    def is_at_least(self, role: Role) -> bool:
        """Whether the caller may do what `role` may."""
        return RIGHTS[self.role] >= RIGHTS[role]


STAFF = Caller("staff", EVERYTHING, "loopback")


@dataclass(frozen=True, slots=True)
class WidgetSession:
    """A visitor's token and the seconds it is good for."""

    token: str
    expires_in: int


class Access:
    """Makes widget sessions and tells callers by their tokens. Its secret is the library's own, made once."""

    def __init__(self, library: Library, session_seconds: int) -> None:
        secret = library.settle(_SECRET, secrets.token_urlsafe(32))
        self._serializer = URLSafeTimedSerializer(secret, salt=_AUDIENCE)
        self._session_seconds = session_seconds

    def widget_session(self, site: str, origin: str | None, host: str) -> WidgetSession:
        """A new session for a visitor of `site`, whose page has this origin; `host` is the server's own `name:port`.

        Raises `AccessDenied` for an unknown site and for a page of another origin: both look the same.
        """
        if site != DEMO_SITE or origin is None or not _is_own(origin, host):
            raise AccessDenied("This site may not use the widget.")
        token = self._serializer.dumps({"site": site, "session": secrets.token_urlsafe(12)})
        return WidgetSession(token, self._session_seconds)

    def caller(self, bearer: str | None) -> Caller:
        """Whoever holds this token; without one, staff: a server without access keys listens on loopback only.

        Raises `SessionExpired`, or `AccessDenied` for a token that this server did not make.
        """
        if bearer is None:
            return STAFF
        try:
            session, begun = self._serializer.loads(bearer, max_age=self._session_seconds, return_timestamp=True)
        except SignatureExpired as error:
            raise SessionExpired("This session has ended. Ask for a new one.") from error
        except BadSignature as error:
            raise AccessDenied("This token is not valid here.") from error
        ends = begun.astimezone(UTC) + timedelta(seconds=self._session_seconds)
        return Caller("widget", PUBLIC_ONLY, f"widget:{session['site']}:{session['session']}", ends)


def _is_own(origin: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc == host and f"{parts.scheme}://{parts.netloc}" == origin
