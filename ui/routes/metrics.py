"""What the server counts."""

from __future__ import annotations

from ipaddress import ip_address
from typing import cast

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from assistant.settings import Settings
from index.errors import AccessDenied
from ui.callers import AccessDep
from ui.credentials import admit
from ui.metrics import Metrics

router = APIRouter(tags=["operations"])
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


# Prometheus' own format: nothing that the description of a JSON interface could describe.
@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, access: AccessDep) -> Response:
    """For administrators, and for whoever calls from a network of the settings without a proxy between."""
    if not _is_near(request) and not admit(request, access).caller.is_at_least("admin"):
        raise AccessDenied("This is for administrators.")
    counted = cast(Metrics, request.app.state.metrics)
    return Response(counted.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_near(request: Request) -> bool:
    """Behind a proxy everybody has its address, or one that they may have made up."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    networks = cast(Settings, request.app.state.settings).metrics_networks
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    return any(address in network for network in networks)
