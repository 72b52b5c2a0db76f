"""The widget's file, its words, and the page that shows it at work."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import rjsmin
from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse, JSONResponse

from ui.widget.demo import CONTENT_SECURITY_POLICY, demo_page
from ui.widget.texts import widget_texts

router = APIRouter(include_in_schema=False)

# Without its comments: the visitor may be paying for every kilobyte.
_SCRIPT = rjsmin.jsmin(Path(__file__).with_name("widget.js").read_text(encoding="utf-8")).encode()
_SCRIPT_TAG = f'"{hashlib.sha256(_SCRIPT).hexdigest()[:32]}"'

# An hour: sites embed the file by one unchanging address, and must get a correction the same day.
_CACHED = "public, max-age=3600"
# Public sites load these from another origin; neither holds anything about anyone.
_FOR_ANY_SITE = {
    "Cache-Control": _CACHED,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget_script(if_none_match: Annotated[str, Header()] = "") -> Response:
    """The whole widget; 304 when the browser has this version."""
    headers = {**_FOR_ANY_SITE, "ETag": _SCRIPT_TAG}
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if _SCRIPT_TAG in known:
        return Response(status_code=304, headers=headers)
    return Response(_SCRIPT, media_type="text/javascript; charset=utf-8", headers=headers)


@router.get("/widget/texts/{tag}.json")
def texts(tag: str) -> JSONResponse:
    """The widget's words in the language of `tag` (`ar`, `fr-CA`), or in English."""
    return JSONResponse(widget_texts(tag), headers=_FOR_ANY_SITE)


@router.get("/widget-demo")
def demo(language: str = "en") -> HTMLResponse:
    """A page of an imaginary public site with the widget in it."""
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return HTMLResponse(demo_page(language), headers=headers)
