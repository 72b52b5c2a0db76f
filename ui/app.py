"""The HTTP application: routes, refusals, guards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import TracerProvider

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.limiter import Limiter
from assistant.settings import load_settings
from index.program import program_version
from ingest.files import LARGEST
from ingest.pictures import Pictures
from ui.addresses import Addresses
from ui.admitted import AdmittedDialogue
from ui.attempts import Attempts
from ui.bodies.problem import describe_problems
from ui.body_limit import BodyLimit
from ui.cross_origin import CrossOrigin
from ui.forwarded import ForwardedScheme
from ui.gate import Gate
from ui.guard import LOOPBACK, LoopbackGuard
from ui.headers import SecurityHeaders
from ui.intake import Intake
from ui.operations import Operations, open_operations
from ui.provider import Provider
from ui.refusals import add_refusals
from ui.request_log import RequestLog
from ui.routes import (
    accounts,
    ask,
    audit,
    basket,
    comparison,
    document_page,
    documents,
    exports,
    feeds,
    health,
    help,
    jobs,
    metrics,
    originals,
    pages,
    reference,
    reviews,
    saved,
    search,
    shares,
    sign_in,
    sites,
    uploads,
    widget_sessions,
)
from ui.routes import conversations as conversation_routes
from ui.routes import feedback as feedback_routes
from ui.routes.completions import router as completions_router
from ui.routes.mcp import PATH as MCP_PATH
from ui.routes.mcp import mcp_lifespan
from ui.routes.mcp import router as mcp_router
from ui.widget.routes import router as widget_router

LARGEST_BODY = 64 * 1024
"""Bytes of a request to `/v1`: a question of 2,000 characters takes at most 8 KB, or 24 KB when escaped in JSON."""

LARGEST_CHAT = 1024 * 1024
"""Bytes of a chat: clients of that kind send all that was said before with every question."""

LARGEST_UPLOAD = LARGEST + 64 * 1024
"""Bytes of an upload: the largest file that is read, and the lines around it."""

_ALWAYS = (
    ask, search, documents, exports, audit, widget_sessions, health, metrics, pages, document_page, originals, basket,
    comparison, saved, feeds, reference, sign_in,
)  # fmt: skip
"""Modules whose routes need nothing but an assistant and its access."""

# The addresses of feeds hold their tokens.
_UNTRACED = ("/health/", "/metrics", "/static/", "/feeds/")
_STATIC = Path(__file__).parent / "static"
_DESCRIPTION = "Answers with sources, in the asker's language, over an organisation's own documents."


def create_app(
    assistant: Assistant,
    access: Access,
    hosts: frozenset[str] = LOOPBACK,
    *,
    conversations: Conversations | None = None,
    feedback: Feedback | None = None,
    intake: Intake | None = None,
    limiter: Limiter | None = None,
    addresses: Addresses | None = None,
    frame_ancestors: Sequence[str] = (),
    operations: Operations | None = None,
    provider: Provider | None = None,
) -> FastAPI:
    """The whole application but the staff chat.

    `hosts` are the names it answers to (the `Host` header, without the port). Without an `intake` it takes in no
    documents: there are no routes for uploads and jobs; without `conversations` or `feedback` it keeps none of them.
    Without a `limiter` everybody may ask as often as they like; without `operations` it works on as many questions at
    a time as the settings say by default. Pages of `frame_ancestors` may frame documents. With a `provider` people may
    sign in with its accounts.
    """
    operations = operations or open_operations(load_settings(), assistant, intake)
    app = FastAPI(
        title="missiondesk", version=program_version(), description=_DESCRIPTION, docs_url=None, redoc_url=None,
        lifespan=mcp_lifespan(LARGEST_BODY),
        telemetry=_telemetry(operations.tracing.provider if operations.tracing else None),
    )  # fmt: skip
    app.state.assistant = assistant
    app.state.access = access
    app.state.limiter = limiter
    app.state.addresses = addresses = addresses or Addresses()
    app.state.admission = operations.admission
    app.state.readiness = operations.readiness
    app.state.metrics = operations.metrics
    app.state.settings = operations.settings
    app.state.attempts = Attempts()
    app.state.pictures = Pictures()
    app.state.provider = provider
    if provider is not None:
        app.include_router(accounts.router)
    app.state.dialogue = Dialogue(assistant, conversations, operations.metrics.told)
    app.state.admitted_dialogue = AdmittedDialogue(assistant, None, operations.admission, operations.metrics.told)
    _add_kept(app, conversations, feedback)
    if intake is not None:
        app.state.intake = intake
        app.include_router(uploads.router)
        app.include_router(jobs.router)
    _add_routes(app)
    add_refusals(app)
    describe_problems(app.openapi())
    _guard(app, access, hosts, frame_ancestors, operations, addresses)
    return app


def _add_kept(app: FastAPI, conversations: Conversations | None, feedback: Feedback | None) -> None:
    """The routes of what is kept of people, as far as it is."""
    if conversations is not None:
        app.include_router(conversation_routes.router)
        app.include_router(shares.router)
    if feedback is not None:
        app.state.feedback = feedback
        app.include_router(feedback_routes.router)
        app.include_router(reviews.router)


def _add_routes(app: FastAPI) -> None:
    """Those that there always are."""
    for module in _ALWAYS:
        app.include_router(module.router)
    for router in (help.router, completions_router, mcp_router, widget_router, sites.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")


def _guard(
    app: FastAPI, access: Access, hosts: frozenset[str], frame_ancestors: Sequence[str], operations: Operations,
    addresses: Addresses,
) -> None:  # fmt: skip
    """What every request passes before it reaches a route."""
    # The last one added is the first to see a request.
    app.add_middleware(
        BodyLimit, prefixes=("/v1/", "/sign-", "/help", "/reviews", "/saved", "/sites", MCP_PATH), largest=LARGEST_BODY,
        uploads="/v1/documents", largest_upload=LARGEST_UPLOAD, largest_at={"/v1/chat/completions": LARGEST_CHAT},
    )  # fmt: skip
    app.add_middleware(Gate, access=access)
    app.add_middleware(CrossOrigin, is_some_sites=access.widget.sites.is_some_sites)
    app.add_middleware(LoopbackGuard, hosts=hosts)
    app.add_middleware(SecurityHeaders, frame_ancestors=frame_ancestors)
    app.add_middleware(RequestLog, addresses=operations.settings.log_addresses)
    app.add_middleware(ForwardedScheme, addresses=addresses)


def _telemetry(provider: TracerProvider | None) -> TelemetryConfig:
    """Spans for this provider alone; FastAPI would otherwise take the process's, which may be Chroma's."""
    return {
        "tracing": provider is not None, "tracer_provider": provider, "metrics": False, "logs": False,
        "operation_spans": False, "auto_configure": False,
        "exclude": lambda scope: str(scope["path"]).startswith(_UNTRACED),
    }  # fmt: skip
