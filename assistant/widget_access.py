"""Sessions of the widget's visitors: short, and good only for the pages of the site that they were opened on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from assistant.origins import is_own
from assistant.signed import is_current, opened
from assistant.sites import DEMO_SITE, Site, Sites
from index.errors import AccessDenied, ForeignOrigin, NotFound, SessionExpired
from index.library import Library

_SECRET = "widget_secret"
_AUDIENCE = "missiondesk-widget"
_HELP_AUDIENCE = "missiondesk-help"
_PREVIEW_AUDIENCE = "missiondesk-preview"
PREVIEW_SECONDS = 3600
_DEMO = Site(DEMO_SITE, DEMO_SITE, ())
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Sender:
    """The page that sends a request: its `Origin`, and the server's own `name:port` as it was called.

    `reads` says that nothing is changed: for that, browsers name no origin when the page is the server's own.
    """

    origin: str | None = None
    host: str = ""
    reads: bool = False


NO_PAGE = Sender()


@dataclass(frozen=True, slots=True)
class WidgetSession:
    """A visitor's token and the seconds it is good for."""

    token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor's session on a site, and when it ends (UTC)."""

    site: Site
    session: str
    ends: datetime


class WidgetAccess:
    """Opens sessions and knows them again. The secret is the library's own, made once, and used for nothing else."""

    def __init__(self, library: Library, session_seconds: int) -> None:
        secret = library.settle(_SECRET, secrets.token_urlsafe(32))
        self._serializer = URLSafeTimedSerializer(secret, salt=_AUDIENCE)
        self._help_serializer = URLSafeTimedSerializer(secret, salt=_HELP_AUDIENCE)
        self._preview_serializer = URLSafeTimedSerializer(secret, salt=_PREVIEW_AUDIENCE)
        self._session_seconds = session_seconds
        self.sites = Sites(library.engine)

    def site(self, site_id: str, sender: Sender) -> Site:
        """The site, for a page of its own. Raises `ForeignOrigin` for a foreign page and an unknown site alike."""
        own = (sender.origin is None and sender.reads) or is_own(sender.origin or "", sender.host)
        if site_id == DEMO_SITE:
            site = _DEMO if own else None
        elif _is_preview(site_id):
            site = self._previewed(site_id) if own else None
        else:
            site = self._added(site_id, sender.origin)
        if site is None:
            raise ForeignOrigin("This site may not use the widget.")
        return site

    def open(self, site: Site, named: str | None = None) -> WidgetSession:
        """A new session for a visitor of this site; `named` is how its page named it, and must each time name it."""
        token = self._serializer.dumps({"site": named or site.id, "session": secrets.token_urlsafe(12)})
        return WidgetSession(token, self._session_seconds)

    def visit(self, token: str, sender: Sender) -> Visit:
        """The session of this token. Raises `ForeignOrigin`, `SessionExpired`, or `AccessDenied` for a made-up one."""
        try:
            session, begun = self._serializer.loads(token, return_timestamp=True)
        except BadSignature as error:
            raise AccessDenied("This token is not valid here.") from error
        # Before its age: only a page of the site is told that the session could be replaced.
        site = self.site(session["site"], sender)
        if not is_current(begun, self._session_seconds):
            raise SessionExpired("This session has ended. Ask for a new one.")
        return Visit(site, session["session"], self._end(begun.astimezone(UTC)))

    def preview_id(self, site: Site) -> str:
        """A name of the site for an hour, under which the server's own pages, and no others, show its widget.

        For administrators: so they see it as it will be, while the site's origins stay what they are.
        """
        return str(self._preview_serializer.dumps(site.id))

    def helped(self, site_id: str) -> Site:
        """The site, for the server's own help page, which any page may lead to.

        Raises `ForeignOrigin` for an unknown one, and for one whose widget nobody may use at the time.
        """
        if _is_preview(site_id) and (previewed := self._previewed(site_id)) is not None:
            return previewed
        site = _DEMO if site_id == DEMO_SITE else self._standing(site_id)
        if site is None or not (site.origins or site is _DEMO):
            raise ForeignOrigin("This site may not use the widget.")
        return site

    def open_help(self, site: Site) -> Visit:
        """A new session of the help page."""
        return Visit(site, secrets.token_urlsafe(12), self._end(datetime.now(UTC)))

    def help_token(self, visit: Visit) -> str:
        """What the help page's form carries. It is good for nothing else, and as long as if it was opened now."""
        return self._help_serializer.dumps({"site": visit.site.id, "session": visit.session})

    def help_visit(self, token: str, site: Site) -> Visit:
        """The session of this form. Raises `SessionExpired`, also for another site's and for a made-up one."""
        try:
            session = opened(self._help_serializer, token, self._session_seconds)
        except BadSignature as error:
            raise SessionExpired("This session has ended.") from error
        if session["site"] != site.id:
            raise SessionExpired("This session is another site's.")
        return Visit(site, session["session"], self._end(datetime.now(UTC)))

    def _end(self, begun: datetime) -> datetime:
        return begun + timedelta(seconds=self._session_seconds)

    def _standing(self, site_id: str) -> Site | None:
        if len(site_id) > _LONGEST_ID:
            return None
        try:
            return self.sites.get(site_id)
        except NotFound:
            return None

    def _previewed(self, preview_id: str) -> Site | None:
        try:
            return self._standing(opened(self._preview_serializer, preview_id, PREVIEW_SECONDS))
        except BadSignature:
            return None

    def _added(self, site_id: str, origin: str | None) -> Site | None:
        site = self._standing(site_id)
        return site if site is not None and origin in site.origins else None


def _is_preview(site_id: str) -> bool:
    # Signatures follow a dot, which no site's id has.
    return "." in site_id
