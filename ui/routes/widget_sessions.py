"""Sessions of the help widget."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ui.bodies.problem import problem_responses
from ui.bodies.widget import SiteBody, WidgetSessionBody
from ui.callers import AccessDep

router = APIRouter(tags=["widget"])


@router.post("/v1/widget/sessions", responses=problem_responses(403, 413, 422, 503), summary="Open a widget session")
def open_session(site: SiteBody, request: Request, access: AccessDep) -> WidgetSessionBody:
    """A short-lived token that sees public documents only, for pages of the site's own origin."""
    origin, host = request.headers.get("origin"), request.headers.get("host", "")
    return WidgetSessionBody.model_validate(access.widget_session(site.site, origin, host))
