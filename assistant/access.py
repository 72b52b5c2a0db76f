"""Who is asking, and what they may see. The scope comes from the credential, never from the request's body."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from assistant.keys import PREFIX as KEY
from assistant.keys import AccessKey, Keys
from assistant.roles import RIGHTS, Role
from assistant.sign_ins import PREFIX as SIGN_IN
from assistant.sign_ins import NewSignIn, SignIn, SignIns
from index.errors import AccessDenied, CredentialNeeded, SessionExpired
from index.hit import EVERYTHING, PUBLIC_ONLY, Scope
from index.library import Library

DEMO_SITE = "demo"
"""The one site that exists without being added: the server's own demonstration page."""
_SECRET = "widget_secret"
_AUDIENCE = "missiondesk-widget"
_SIGN_IN_SECRET = "sign_in_secret"


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
READER = Caller("widget", PUBLIC_ONLY, "reader")
"""Somebody without a credential who follows a citation: it leads visitors of a website to a public document's page."""


@dataclass(frozen=True, slots=True)
class WidgetSession:
    """A visitor's token and the seconds it is good for."""

    token: str
    expires_in: int


class Access:
    """Tells callers by their credentials: keys, sessions of people who signed in, and widgets' tokens.

    The one check for all of them. It asks the database each time, so what is made, revoked or ended, here or in
    another process, is in force for the next request.
    """

    def __init__(
        self, library: Library, session_seconds: int, *, sign_in_hours: float = 12.0, accounts: bool = False
    ) -> None:  # fmt: skip
        """With `accounts` of a provider to sign in with, credentials are needed even where there are no keys."""
        # The secret of the widgets' tokens is the library's own, made once.
        secret = library.settle(_SECRET, secrets.token_urlsafe(32))
        self._serializer = URLSafeTimedSerializer(secret, salt=_AUDIENCE)
        self._session_seconds = session_seconds
        self.keys = Keys(library.engine)
        self.sign_ins = SignIns(library.engine, hours=sign_in_hours)
        self.secret = library.settle(_SIGN_IN_SECRET, secrets.token_urlsafe(32))
        """Signs what a browser carries while somebody signs in elsewhere."""
        self._is_closed = accounts

    @property
    def is_open(self) -> bool:
        """Whether callers without a credential count as staff: while no key was ever made. Once it ends, it is over."""
        self._is_closed = self._is_closed or self.keys.exist()
        return not self._is_closed

    def widget_session(self, site: str, origin: str | None, host: str) -> WidgetSession:
        """A new session for a visitor of `site`, whose page has this origin; `host` is the server's own `name:port`.

        Raises `AccessDenied` for an unknown site and for a page of another origin: both look the same.
        """
        if site != DEMO_SITE or origin is None or not _is_own(origin, host):
            raise AccessDenied("This site may not use the widget.")
        token = self._serializer.dumps({"site": site, "session": secrets.token_urlsafe(12)})
        return WidgetSession(token, self._session_seconds)

    def caller(self, token: str | None) -> Caller:
        """Whoever holds this credential; without one, staff as long as there are no keys.

        Raises `CredentialNeeded`, `SessionExpired`, or `AccessDenied` for a credential that is not in force here.
        """
        if token is None:
            if self.is_open:
                return STAFF
            raise CredentialNeeded("This needs an access key: send it as a bearer token, or sign in.")
        if token.startswith(KEY):
            return _holder(self._key(token))
        if token.startswith(SIGN_IN):
            return self._signed_in(token)
        return self._visitor(token)

    def sign_in(self, key: str) -> NewSignIn:
        """Begin a session of the key's holder. Raises `AccessDenied`."""
        return self.sign_ins.begin_with(self._key(key))

    def _key(self, secret: str) -> AccessKey:
        key = self.keys.find(secret)
        if key is None:
            raise AccessDenied("This key is not valid here, or no longer.")
        return key

    def _signed_in(self, token: str) -> Caller:
        found = self.sign_ins.find(token)
        if found is None:
            raise SessionExpired("This session has ended. Sign in again.")
        if found.key_id is None:
            return _account(found)
        key = self.keys.in_force(found.key_id)
        if key is None:
            raise SessionExpired("The key of this session has ended.")
        return _holder(key)

    def _visitor(self, token: str) -> Caller:
        try:
            session, begun = self._serializer.loads(token, max_age=self._session_seconds, return_timestamp=True)
        except SignatureExpired as error:
            raise SessionExpired("This session has ended. Ask for a new one.") from error
        except BadSignature as error:
            raise AccessDenied("This token is not valid here.") from error
        ends = begun.astimezone(UTC) + timedelta(seconds=self._session_seconds)
        return Caller("widget", PUBLIC_ONLY, f"widget:{session['site']}:{session['session']}", ends)


def _holder(key: AccessKey) -> Caller:
    if key.collections is not None:
        # Fails closed until a scope can say which collections may be read.
        raise AccessDenied("Keys for single collections are not served here.")
    return Caller(key.role, EVERYTHING, key.owner, key.expires_at)


def _account(found: SignIn) -> Caller:
    return Caller(found.role, EVERYTHING, found.owner)


def _is_own(origin: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc == host and f"{parts.scheme}://{parts.netloc}" == origin
