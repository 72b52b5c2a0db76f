"""Where people come back to after they have signed in: a page of this server, and nowhere else."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse

SIGN_IN = "/sign-in"
HOME = "/"
# Neither `//other.example` nor what browsers make the same of it: they take \ for /, and pass over tabs and line ends.
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,4000}")
_NOT_CACHED = {"Cache-Control": "no-store"}


def own_path(path: str) -> str:
    """The path, if it is one of this server's pages to come back to; else the first page's."""
    is_own = _OWN_PATH.fullmatch(path) is not None and not path.startswith((SIGN_IN, "/sign-out"))
    return path if is_own else HOME


def sign_in_path(came_for: str) -> str:
    """The address of the sign-in page that leads back to `came_for`."""
    return SIGN_IN if came_for == HOME else f"{SIGN_IN}?{urlencode({'next': came_for})}"


def to_sign_in(request: Request) -> RedirectResponse:
    """Sends a browser to the sign-in page, and back afterwards where a page was only looked at."""
    came_for = HOME
    if request.method in {"GET", "HEAD"}:
        query = request.url.query
        came_for = own_path(f"{request.url.path}?{query}" if query else request.url.path)
    return RedirectResponse(sign_in_path(came_for), 303, _NOT_CACHED)


def back_to(path: str) -> RedirectResponse:
    """Sends a browser on to `path`, checked again."""
    return RedirectResponse(own_path(path), 303, _NOT_CACHED)
