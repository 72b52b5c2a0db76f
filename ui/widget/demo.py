"""The page of an imaginary public site that has the widget in it, as any site would."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from string import Template

from fastapi.responses import HTMLResponse

from assistant.messages import message
from assistant.sites import DEMO_SITE
from ui.languages import direction
from ui.widget.texts import best_language

_HERE = Path(__file__).parent
_FRAMED, _UNFRAMED = "'self'", "'none'"
_PAGE = Template((_HERE / "demo.html").read_text("utf-8"))
_STYLE = (_HERE / "demo.css").read_text("utf-8")

# The page's own style is let in by its hash.
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def demo_response(language_tag: str, site_id: str = DEMO_SITE, *, framed: bool = False) -> HTMLResponse:
    """The page in the language of `language_tag`, or in English, under a strict site's policy.

    `framed`: the server's own pages may show it in a frame.
    """
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; connect-src 'self'; "
            f"style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
            f"frame-ancestors {_FRAMED if framed else _UNFRAMED}"
        ),
        "X-Frame-Options": "SAMEORIGIN" if framed else "DENY",
    }
    return HTMLResponse(_page(language_tag, site_id), headers=headers)


def _page(language_tag: str, site_id: str) -> str:
    language = best_language(language_tag)
    return _PAGE.substitute(
        language=language,
        direction=direction(language),
        title=html.escape(message("widget_demo_title", language)),
        text=html.escape(message("widget_demo_text", language)),
        style=_STYLE,
        site=html.escape(site_id),
    )
