"""Starts the HTTP server with everything it shows: API, pages, widget, staff chat."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Literal

import uvicorn
from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.wiring import (
    open_access,
    open_assistant,
    open_audit,
    open_conversations,
    open_feedback,
    open_limiter,
)
from index.errors import InvalidSetting
from index.library import Library
from index.upkeep import Upkeep
from ui.addresses import Addresses
from ui.app import create_app
from ui.chat import mount_chat
from ui.chat.admitted import AdmittedDialogue
from ui.connection import ImpatientProtocol
from ui.console import remark
from ui.guard import check_loopback
from ui.intake import Intake, open_intake
from ui.logs import configure_logs
from ui.operations import Operations, listen, open_operations
from ui.stopping import StoppableServer

_WRITING_SECONDS = 2
"""How long a client may take for the last words of its answer when the server ends."""
_PARKING_SECONDS = 2.0
"""How long a file that is being read may take then; it is read again by the next process."""


def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises `InvalidSetting` for an address that is taken, or that others can reach.

    It has ended within some 20 seconds: see `ui.stopping`. A signal that comes meanwhile ends it at once.
    """
    check_loopback(settings.host)
    with _listen(settings.host, settings.port) as listening:
        assistant = open_assistant(settings)
        _announce(settings)
        configure_logs(settings.log_format)
        upkeep = Upkeep(assistant.index, chores=_chores(settings, assistant.index.library))
        intake = open_intake(settings, assistant.index)
        operations = open_operations(settings, assistant, intake)
        admission = operations.admission
        upkeep.start()
        intake.worker.start()
        try:
            config = configured(build(settings, assistant, intake, operations), ImpatientProtocol)
            StoppableServer(config, admission, intake.worker.park).run(sockets=[listening])
        finally:
            if operations.tracing is not None:
                operations.tracing.close()
            ended = intake.worker.stop(_PARKING_SECONDS) & upkeep.stop(_PARKING_SECONDS)
            if not ended or admission.counts().at_work:
                # Threads that compute, or wait for a chat model, would hold the process; the library survives worse.
                logging.shutdown()
                os._exit(0)
            assistant.index.close()


def configured(app: FastAPI, http: type[asyncio.Protocol] | Literal["auto"] = "auto") -> uvicorn.Config:
    """How the application is served over HTTP."""
    return uvicorn.Config(
        app,
        http=http,
        # Its access log would hold the questions of searches, which stand in the address.
        access_log=False,
        # It would believe any X-Forwarded-For that comes from this machine: `ui.addresses` reads it instead.
        proxy_headers=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_WRITING_SECONDS,
    )


def build(
    settings: Settings, assistant: Assistant, intake: Intake | None = None, operations: Operations | None = None
) -> FastAPI:
    """The application as it is served, the chat included."""
    access = open_access(settings, assistant.index.library)
    conversations = open_conversations(settings, assistant.index.library)
    operations = operations or open_operations(settings, assistant, intake)
    listen(operations, assistant)
    app = create_app(
        assistant,
        access,
        conversations=conversations,
        feedback=open_feedback(settings, assistant.index.library),
        intake=intake,
        operations=operations,
        limiter=open_limiter(settings, assistant.index.library),
        addresses=Addresses(settings.trusted_proxies),
        frame_ancestors=settings.frame_ancestors,
    )
    dialogue = AdmittedDialogue(assistant, conversations, operations.admission, operations.metrics.told)
    # Nobody signs in to the chat: who reaches it without a credential is whom it serves.
    return mount_chat(app, dialogue, access.caller(None))


def _chores(settings: Settings, library: Library) -> tuple[Callable[[], int], ...]:
    """What is kept for a time only is removed now, and by these again."""
    conversations, audit = open_conversations(settings, library), open_audit(settings, library)
    feedback = open_feedback(settings, library)
    return conversations.forget_ended, feedback.forget_old, partial(audit.forget, settings.audit_days)


def _announce(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    remark("No access keys: listening on this machine only; every caller counts as staff.")
    remark(f"Search {address}/   chat {address}/chat   API {address}/docs   (Ctrl+C stops)")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidSetting(f"Cannot listen on {host}, port {port} ({error.strerror}): try another --port.") from error
