"""The Model Context Protocol, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI, HTTPException, Request
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from assistant.access import Caller
from ui.callers import ResearcherDep
from ui.limits import CountedQuestion
from ui.mcp_tools import CALLER, mcp_server

router = APIRouter(include_in_schema=False)

PATH = "/mcp"
# `LoopbackGuard` has looked at host and origin of every request before it comes here, by the names we answer to.
_GUARDED = TransportSecuritySettings(enable_dns_rebinding_protection=False)


def mcp_lifespan(largest: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs for as long as the application does. `largest` is in bytes of a request.

    Nothing is remembered between two requests, so that any process can take the next one.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        server = mcp_server(app.state.assistant, app.state.admitted_dialogue, app.version)
        server.streamable_http_app(
            stateless_http=True, json_response=True, transport_security=_GUARDED, max_request_body_size=largest
        )
        async with server.session_manager.run():
            app.state.mcp = server.session_manager
            yield
            app.state.mcp = None

    return lifespan


class _Handed(Response):
    """The protocol's own answer to a request whose caller is known."""

    def __init__(self, manager: StreamableHTTPSessionManager, caller: Caller) -> None:
        super().__init__()
        self._manager = manager
        self._caller = caller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._manager.handle_request({**scope, CALLER: self._caller}, receive, send)


@router.post(PATH, dependencies=[CountedQuestion])
async def call(request: Request, caller: ResearcherDep) -> Response:
    """One message. There is no GET: the server never speaks first."""
    manager: StreamableHTTPSessionManager | None = getattr(request.app.state, "mcp", None)
    if manager is None:
        raise HTTPException(503)
    return _Handed(manager, caller)
