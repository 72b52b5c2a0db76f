"""The sites that embed the widget: for administrators, with the line for each one's pages and a live preview."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from assistant.event import Action, Event
from assistant.messages import languages
from assistant.settings import Settings
from assistant.sites import MOST_ORIGINS
from index.errors import InvalidRequest
from ui.auditing import ActorDep, AuditDep
from ui.bodies.site import SiteForm
from ui.callers import AccessDep, AdminDep
from ui.languages import language_name
from ui.page import PAGE_HEADERS, render_page
from ui.widget.demo import demo_response
from ui.widget.snippet import snippet
from ui.widget.texts import best_language

router = APIRouter(include_in_schema=False)

_WITH_PREVIEW = f"{PAGE_HEADERS['Content-Security-Policy']}; frame-src 'self'"


@router.get("/sites")
def sites_page(request: Request, access: AccessDep, _: AdminDep) -> HTMLResponse:
    """All sites, and a form for another."""
    return _sites_page(request, access, SiteForm())


@router.post("/sites")
def add_site(
    form: Annotated[SiteForm, Form()], request: Request, access: AccessDep, audit: AuditDep, actor: ActorDep,
    _: AdminDep,
) -> Response:  # fmt: skip
    """Add a site, and show it; the form again, with what is wrong, where it cannot be added."""
    try:
        if not form.listed:
            raise InvalidRequest("A site has at least one origin.")
        site = access.widget.sites.add(form.listed, name=form.name.strip(), daily_budget=form.budget)
    except InvalidRequest:
        return _sites_page(request, access, form, "sites_invalid")
    audit.record(actor, Event(Action.SITE_CREATED, "site", site.id))
    return RedirectResponse(f"/sites/{site.id}", status_code=303)


@router.get("/sites/{site_id}")
def site_page(site_id: str, request: Request, access: AccessDep, _: AdminDep) -> HTMLResponse:
    """One site: the line for its pages, and its widget as its visitors will see it."""
    site = access.widget.sites.get(site_id)
    public_url = cast(Settings, request.app.state.settings).public_url
    line = snippet(site.id, str(public_url or request.base_url).rstrip("/"))
    choices = [(code, language_name(code, code)) for code in languages()]
    page = render_page(request, "site.html", site=site, line=line, is_public=public_url is not None, choices=choices)
    page.headers["Content-Security-Policy"] = _WITH_PREVIEW
    return page


@router.get("/sites/{site_id}/preview")
def preview(
    site_id: str, access: AccessDep, _: AdminDep, language: Annotated[str, Query(max_length=40)] = "en"
) -> HTMLResponse:
    """A page of this server that embeds the site's widget, as a page of the site would."""
    site = access.widget.sites.get(site_id)
    return demo_response(best_language(language), access.widget.preview_id(site), framed=True)


def _sites_page(request: Request, access: AccessDep, form: SiteForm, problem: str | None = None) -> HTMLResponse:
    """`problem` is the key of a text."""
    return render_page(
        request, "sites.html", 422 if problem else 200, sites=access.widget.sites.all(), form=form, problem=problem,
        most=MOST_ORIGINS,
    )  # fmt: skip
