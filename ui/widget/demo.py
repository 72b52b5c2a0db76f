"""The page of an imaginary public site that has the widget in it, as any site would."""

from __future__ import annotations

import base64
import hashlib
import html
from pathlib import Path
from string import Template

from assistant.messages import message
from ui.languages import direction
from ui.widget.texts import best_language

_HERE = Path(__file__).parent
_PAGE = Template((_HERE / "demo.html").read_text("utf-8"))
_STYLE = (_HERE / "demo.css").read_text("utf-8")

# A strict site's policy: the widget must work under it. The page's own style is let in by its hash.
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; "
    f"style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def demo_page(language_tag: str) -> str:
    """The page in the language of `language_tag`, or in English."""
    language = best_language(language_tag)
    return _PAGE.substitute(
        language=language,
        direction=direction(language),
        title=html.escape(message("widget_demo_title", language)),
        text=html.escape(message("widget_demo_text", language)),
        style=_STYLE,
    )
