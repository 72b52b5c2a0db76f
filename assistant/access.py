"""Who is asking, and what they may see. The scope comes from the credential, never from the request's body."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from assistant.contact import Contact
from assistant.keys import OWNER as KEY_OWNER
from assistant.keys import PREFIX as KEY
from assistant.keys import AccessKey, Keys
from assistant.roles import RIGHTS, Role
from assistant.sign_ins import PREFIX as SIGN_IN
from assistant.sign_ins import NewSignIn, SignIn, SignIns
from assistant.sites import Site
from assistant.widget_access import NO_PAGE, Sender, Visit, WidgetAccess
from index.errors import AccessDenied, CredentialNeeded, SessionExpired
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope

_SIGN_IN_SECRET = "sign_in_secret"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request, and what they may see.

    `owner` names the credential: what is kept for one is nobody else's. `ends` is when the credential does (UTC), if
    ever; nothing is kept for it longer. `site` is that of a widget's visitor.
    """

    role: Role
    scope: Scope
    owner: str
    ends: datetime | None = None
    site: Site | None = None

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Where the caller can turn, by their site; empty: as everybody."""
        return self.site.contacts if self.site else ()

    def is_at_least(self, role: Role) -> bool:
        """Whether the caller may do what `role` may."""
        return RIGHTS[self.role] >= RIGHTS[role]


STAFF = Caller("staff", EVERYTHING, "loopback")
READER = Caller("widget", PUBLIC_ONLY, "reader")
"""Somebody without a credential who follows a citation: it leads visitors of a website to a public document's page."""


class Access:
    """Tells callers by their credentials: keys, sessions of people who signed in, and widgets' tokens.

    The one check for all of them. It asks the database each time, so what is made, revoked or ended, here or in
    another process, is in force for the next request.
    """

    def __init__(
        self, library: Library, session_seconds: int, *, sign_in_hours: float = 12.0, accounts: bool = False
    ) -> None:  # fmt: skip
        """With `accounts` of a provider to sign in with, credentials are needed even where there are no keys."""
        self.widget = WidgetAccess(library, session_seconds)
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

    def caller(self, token: str | None, sender: Sender = NO_PAGE) -> Caller:
        """Whoever holds this credential; without one, staff as long as there are no keys.

        A widget's token counts only from a page of its site. Raises `CredentialNeeded`, `SessionExpired`,
        `ForeignOrigin`, or `AccessDenied` for a credential that is not in force here.
        """
        if token is None:
            if self.is_open:
                return STAFF
            raise CredentialNeeded("This needs an access key: send it as a bearer token, or sign in.")
        if token.startswith(KEY):
            return _holder(self._key(token))
        if token.startswith(SIGN_IN):
            return self._signed_in(token)
        return visitor(self.widget.visit(token, sender))

    def rights(self, owner: str) -> Scope | None:
        """What the owner of this name may see now, for what is read without their credential; None: nothing at all.

        A provider of accounts is not asked again: whoever came from there sees what is public unless signed in.
        """
        if owner == STAFF.owner:
            return STAFF.scope if self.is_open else None
        if owner.startswith(KEY_OWNER):
            key = self.keys.in_force(owner.removeprefix(KEY_OWNER))
            return _holder(key).scope if key is not None else None
        return EVERYTHING if self.sign_ins.has_begun(owner) else PUBLIC_ONLY

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


def visitor(visit: Visit) -> Caller:
    """Whoever visits a site: they see what is public."""
    return Caller("widget", PUBLIC_ONLY, f"widget:{visit.site.id}:{visit.session}", visit.ends, visit.site)


def _holder(key: AccessKey) -> Caller:
    return Caller(key.role, Scope(EVERYTHING.audiences, key.collections), key.owner, key.expires_at)


def _account(found: SignIn) -> Caller:
    return Caller(found.role, EVERYTHING, found.owner)
