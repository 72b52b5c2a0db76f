"""The HTTP application: routes, refusals, guards."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from ingest.files import LARGEST
from ui.attempts import Attempts
from ui.bodies.problem import describe_problems
from ui.body_limit import BodyLimit
from ui.gate import Gate
from ui.guard import LOOPBACK, LoopbackGuard
from ui.headers import SecurityHeaders
from ui.intake import Intake
from ui.provider import Provider
from ui.refusals import add_refusals
from ui.request_log import RequestLog
from ui.routes import (
    accounts,
    ask,
    documents,
    feedback,
    health,
    jobs,
    pages,
    reference,
    search,
    sign_in,
    uploads,
    widget_sessions,
)
from ui.routes import conversations as conversation_routes
from ui.widget import router as widget_router

LARGEST_BODY = 64 * 1024
"""Bytes of a request to `/v1`: a question of 2,000 characters takes at most 8 KB, or 24 KB when escaped in JSON."""

LARGEST_UPLOAD = LARGEST + 64 * 1024
"""Bytes of an upload: the largest file that is read, and the lines around it."""

_STATIC = Path(__file__).parent / "static"
_DESCRIPTION = "Answers with sources, in the asker's language, over an organisation's own documents."


def create_app(
    assistant: Assistant,
    access: Access,
    hosts: frozenset[str] = LOOPBACK,
    *,
    conversations: Conversations | None = None,
    intake: Intake | None = None,
    provider: Provider | None = None,
) -> FastAPI:
    """The whole application but the staff chat.

    `hosts` are the names it answers to (the `Host` header, without the port). Without an `intake` it takes in no
    documents: there are no routes for uploads and jobs; without `conversations` it keeps none, and no feedback. With
    a `provider` people may sign in with its accounts.
    """
    app = FastAPI(title="missiondesk", version=_version(), description=_DESCRIPTION, docs_url=None, redoc_url=None)
    app.state.assistant = assistant
    app.state.access = access
    app.state.attempts = Attempts()
    app.state.provider = provider
    if provider is not None:
        app.include_router(accounts.router)
    app.state.dialogue = Dialogue(assistant, conversations)
    if conversations is not None:
        app.state.feedback = Feedback(conversations.engine)
        app.include_router(conversation_routes.router)
        app.include_router(feedback.router)
    if intake is not None:
        app.state.intake = intake
        app.include_router(uploads.router)
        app.include_router(jobs.router)
    for module in (ask, search, documents, widget_sessions, health, pages, reference, sign_in):
        app.include_router(module.router)
    app.include_router(widget_router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    add_refusals(app)
    describe_problems(app.openapi())
    # The last one added is the first to see a request.
    app.add_middleware(
        BodyLimit,
        prefix=("/v1/", "/sign-"),
        largest=LARGEST_BODY,
        uploads="/v1/documents",
        largest_upload=LARGEST_UPLOAD,
    )
    app.add_middleware(Gate, access=access)
    app.add_middleware(LoopbackGuard, hosts=hosts)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestLog)
    return app


def _version() -> str:
    try:
        return version("missiondesk")
    except PackageNotFoundError:
        return "0"
