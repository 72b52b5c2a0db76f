"""Who is asking, and what they may see. The scope comes from the credential, never from the request's body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.contact import Contact
from assistant.sites import Site
from assistant.widget_access import NO_PAGE, Sender, WidgetAccess
from index.hit import EVERYTHING, PUBLIC_ONLY, Scope
from index.library import Library

Role = Literal["admin", "staff", "researcher", "widget"]
RIGHTS: dict[Role, int] = {"widget": 0, "researcher": 1, "staff": 2, "admin": 3}
"""Each role may do what the ones below it may: researchers search and export, staff change documents, admins access."""


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


class Access:
    """Tells callers by their tokens."""

    def __init__(self, library: Library, session_seconds: int) -> None:
        self.widget = WidgetAccess(library, session_seconds)

    def caller(self, bearer: str | None, sender: Sender = NO_PAGE) -> Caller:
        """Whoever holds this token; without one, staff: a server without access keys listens on loopback only.

        A widget's token counts only from a page of its site. Raises `SessionExpired`, `ForeignOrigin`, or
        `AccessDenied` for a token that this server did not make.
        """
        if bearer is None:
            return STAFF
        visit = self.widget.visit(bearer, sender)
        owner = f"widget:{visit.site.id}:{visit.session}"
        return Caller("widget", PUBLIC_ONLY, owner, visit.ends, visit.site)
