"""The way to the web, as the settings allow it. Loaded when the first address is to be read."""

from __future__ import annotations

from assistant.settings import Settings
from index.document import Audience
from index.library import Library
from ingest.web.fetch import Fetcher
from ingest.web.policy import WebPolicy
from ingest.web.site import Web
from ingest.web.visit import Labels, Visitor


def open_web(
    settings: Settings, library: Library, *, audience: Audience, collection: str, depth: int, pages: int
) -> Web:
    """What finds pages for `ingest`; `audience` and `collection` are those they will be stored with."""
    policy = WebPolicy(
        contact=settings.web_contact,
        private_networks=settings.web_private_networks,
        ports=frozenset(settings.web_ports),
        seconds=settings.web_page_seconds,
        largest=settings.web_page_megabytes * 1024 * 1024,
        interval=settings.web_interval_seconds,
    )
    return Web(Visitor(Fetcher(policy), library, Labels(audience, collection)), depth=depth, pages=pages)
