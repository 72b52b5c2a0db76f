"""The widget's files, its words, and the page that shows it at work."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import asdict
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Header, Response
from fastapi.responses import HTMLResponse

from assistant.contact import Contact
from index.errors import ForeignOrigin
from ui.callers import AccessDep, AssistantDep
from ui.widget.demo import demo_response
from ui.widget.minified import minified
from ui.widget.texts import best_language, widget_texts

router = APIRouter(include_in_schema=False)


def _tag(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]


_PANEL = minified("panel.js")
_LOADER = minified("widget.js")
# The loader asks for the panel and the words of its own version, so that caches cannot mix two of them.
_LOADER = _LOADER.replace('VERSION=""', f'VERSION="{_tag(_LOADER + _PANEL)[:8]}"')

_SCRIPT = "text/javascript; charset=utf-8"
# An hour: sites embed the file by one unchanging address, and must get a correction the same day.
_CACHED = "public, max-age=3600"
# Public sites load these from another origin; none holds anything about anyone.
_FOR_ANY_SITE = {
    "Cache-Control": _CACHED,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


_IfNoneMatch = Annotated[str, Header()]
_Accepted = Annotated[str, Header(alias="accept-encoding")]


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def widget_script(if_none_match: _IfNoneMatch = "", accepted: _Accepted = "") -> Response:
    """What a site's page loads: the launcher; 304 when the browser has this version."""
    return _sent(_LOADER, _SCRIPT, if_none_match, accepted)


@router.api_route("/widget/panel.js", methods=["GET", "HEAD"])
def panel_script(if_none_match: _IfNoneMatch = "", accepted: _Accepted = "") -> Response:
    """What the launcher loads once it is clicked; 304 when the browser has this version."""
    return _sent(_PANEL, _SCRIPT, if_none_match, accepted)


@router.get("/widget/texts/{tag}.json")
def texts(
    tag: str, access: AccessDep, assistant: AssistantDep, site: str = "", if_none_match: _IfNoneMatch = "",
    accepted: _Accepted = "",
) -> Response:  # fmt: skip
    """The widget's words in the language of `tag` (`ar`, `fr-CA`), or in English, and whom its visitors can turn to."""
    language = best_language(tag)
    try:
        known = access.widget.helped(site)
        own, words = known.contacts, known.texts
    except ForeignOrigin:
        own, words = (), ()
    contacts = [_way(contact) for contact in assistant.contacts(own, language)]
    content = json.dumps({**widget_texts(language, words), "contacts": contacts}, ensure_ascii=False)
    return _sent(content, "application/json", if_none_match, accepted)


@router.get("/widget-demo")
def demo(language: str = "en") -> HTMLResponse:
    """A page of an imaginary public site with the widget in it."""
    return demo_response(language)


def _sent(content: str, media_type: str, if_none_match: str, accepted: str) -> Response:
    # A weak tag: it stands for the same words, compressed or not.
    tag = f'"{_tag(content)}"'
    headers = {**_FOR_ANY_SITE, "ETag": f"W/{tag}", "Vary": "Accept-Encoding"}
    if tag in {known.strip().removeprefix("W/") for known in if_none_match.split(",")}:
        return Response(status_code=304, headers=headers)
    if "gzip" in {coding.partition(";")[0].strip() for coding in accepted.split(",")}:
        headers["Content-Encoding"] = "gzip"
        return Response(_compressed(content), media_type=media_type, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


@lru_cache(maxsize=64)
def _compressed(content: str) -> bytes:
    return gzip.compress(content.encode(), 9, mtime=0)


def _way(contact: Contact) -> dict[str, object]:
    fields = asdict(contact)
    return {name: fields[name] for name in ("name", "phone", "email", "url")}
