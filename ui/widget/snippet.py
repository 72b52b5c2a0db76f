"""The line that a site has in its pages."""

from __future__ import annotations

import html
from urllib.parse import quote

from assistant.settings import Settings


def server_address(settings: Settings) -> str:
    """Where sites reach the server, as far as the settings know."""
    return str(settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def snippet(site_id: str, server: str) -> str:
    """The launcher, and a link to the help page, which does the same where no script runs."""
    address = html.escape(server)
    link = f'<noscript><a href="{address}/help?site={quote(site_id)}">Help</a></noscript>'
    return f'<script src="{address}/widget.js" data-site="{html.escape(site_id)}" async></script>{link}'
