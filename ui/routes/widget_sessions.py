"""Sessions of the help widget."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ui.bodies.problem import problem_responses
from ui.bodies.widget import SiteBody, WidgetSessionBody
from ui.callers import AccessDep, SenderDep
from ui.cross_origin import let_read
from ui.limits import AddressDep, LimiterDep

router = APIRouter(tags=["widget"])


@router.post(
    "/v1/widget/sessions", responses=problem_responses(403, 413, 422, 429, 503), summary="Open a widget session"
)
def open_session(
    body: SiteBody, request: Request, access: AccessDep, sender: SenderDep, limiter: LimiterDep, address: AddressDep
) -> WidgetSessionBody:
    """A short-lived token that sees public documents only, for pages of the site's own origins."""
    site = access.widget.site(body.site, sender)
    let_read(request, sender)
    if limiter is not None:
        limiter.session(site, address)
    return WidgetSessionBody.model_validate(access.widget.open(site, body.site))
