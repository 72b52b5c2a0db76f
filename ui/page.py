"""Server-rendered pages: templates, interface texts in the browser's language, and their headers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.messages import message
from ingest.cleaning import clean_line
from ui.credentials import admitted_caller, is_signed_in
from ui.languages import date_text, direction, language_name, preferred_language

_FOLDER = Path(__file__).parent / "templates"
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Pages hold internal documents; a shared computer's cache should not.
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}
# Everything below these paths is for programs, whatever they accept.
_PROGRAM_PATHS = ("/v1/", "/health/", "/openapi.json", "/static/", "/chat/")
_CHAT = "/chat/"

_ERROR_KEYS = {
    401: "page_error_denied",
    403: "page_error_denied",
    404: "page_error_not_found",
    422: "page_error_invalid",
}

_environment = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.filters["direction"] = direction
# For titles: a window has no other way to keep apart what turns round the words behind it.
_environment.filters["line"] = clean_line


def interface_language(request: Request) -> str:
    """The language of the page's own words."""
    return preferred_language(request.headers.get("accept-language", ""))


def texts(language: str) -> Callable[..., str]:
    """The catalogue of interface texts in one language: `t(key, **values)`."""
    return lambda key, **values: message(key, language, **values)


def is_page_request(request: Request) -> bool:
    """Whether a browser asked for a page, and not a program for data."""
    wants_page = "text/html" in request.headers.get("accept", "")
    path = request.url.path
    return wants_page and (path == _CHAT or not path.startswith(_PROGRAM_PATHS))


def render_page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Render a template; `t`, `language_name` and `date_text` speak the browser's language in it."""
    return render_page_in(interface_language(request), request, template, status, **values)


def render_page_in(
    language: str, request: Request, template: str, status: int = 200, **values: object
) -> HTMLResponse:  # fmt: skip
    """Like `render_page`, in a language that the visitor has chosen."""
    content = _environment.get_template(template).render(
        language=language,
        t=texts(language),
        language_name=partial(language_name, interface=language),
        date_text=partial(date_text, interface=language),
        signed_in=is_signed_in(request.scope),
        is_admin=(caller := admitted_caller(request.scope)) is not None and caller.is_at_least("admin"),
        **values,
    )
    return HTMLResponse(content, status, PAGE_HEADERS)


def render_error(request: Request, status: int, log_id: str) -> HTMLResponse:
    """A page that says what went wrong in general terms, with the log id."""
    key = _ERROR_KEYS.get(status, "page_error_unavailable" if status >= 500 else "page_error_invalid")
    return render_page(request, "error.html", status, key=key, log_id=log_id)
