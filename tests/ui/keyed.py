"""A server whose callers need a key: what clients of other makers are tried against."""

from __future__ import annotations

from assistant.access import Access, Caller
from assistant.widget_access import NO_PAGE, Sender
from index.errors import AccessDenied
from index.scope import EVERYTHING, PUBLIC_ONLY

STAFF_KEY = "staff-key"
PUBLIC_KEY = "public-key"
CALLERS = {
    STAFF_KEY: Caller("staff", EVERYTHING, "key:staff"),
    PUBLIC_KEY: Caller("researcher", PUBLIC_ONLY, "key:public"),
}


class KeyedAccess(Access):
    """Two keys, and the widget's tokens; without any of them nobody is let in."""

    def caller(self, bearer: str | None, sender: Sender = NO_PAGE) -> Caller:
        if bearer is None:
            raise AccessDenied("A key is needed here.")
        return CALLERS.get(bearer) or super().caller(bearer, sender)
