"""Starts the HTTP server with everything it shows: API, pages, widget, staff chat."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from contextlib import closing
from functools import partial
from importlib import import_module
from typing import Literal

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant.access import Access, Caller
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.wiring import (
    open_access,
    open_assistant,
    open_audit,
    open_conversations,
    open_feedback,
    open_library,
    open_limiter,
)
from index.errors import CredentialNeeded, InvalidSetting, LibraryUnusable
from index.library import Library
from index.upkeep import Upkeep
from ingest.pictures import Pictures
from ui.addresses import Addresses
from ui.admission import Admission
from ui.admitted import AdmittedDialogue
from ui.app import create_app
from ui.chat import mount_chat
from ui.chat.library import Workroom
from ui.connection import ImpatientProtocol
from ui.console import remark
from ui.credentials import admit
from ui.guard import LOOPBACK, answered_hosts, check_loopback
from ui.intake import Intake, open_intake
from ui.logs import configure_logs
from ui.operations import Operations, listen, open_operations
from ui.provider import Provider
from ui.stopping import DRAIN_SECONDS, StoppableServer

_WRITING_SECONDS = 2
"""How long a client may take for the last words of its answer when the server ends."""
_PARKING_SECONDS = 2.0
"""How long a file that is being read may take then; it is read again by the next process."""


def serve(settings: Settings) -> None:
    """Serve until told to stop.

    Raises `InvalidSetting` for an address that is taken, or that others can reach while there are no access keys. It
    has ended within some 20 seconds, one of several servers within `chat_seconds` more: see `ui.stopping`. A signal
    that comes meanwhile ends it at once.
    """
    with closing(open_library(settings)) as library:
        is_open = open_access(settings, library).is_open
    hosts = _hosts(settings, is_open)
    with _bound(settings.host, settings.port) as listening:
        assistant = open_assistant(settings)
        _announce(settings, is_open)
        configure_logs(settings.log_format)
        upkeep = Upkeep(assistant.index, chores=_chores(settings, assistant.index.library))
        intake = open_intake(settings, assistant.index)
        operations = open_operations(settings, assistant, intake)
        admission = operations.admission
        upkeep.start()
        if settings.worker:
            intake.worker.start()
        try:
            app = build(settings, assistant, intake, operations, hosts)
            pictures: Pictures = app.state.pictures
            config = configured(app, ImpatientProtocol)
            _warm(assistant)
            with closing(pictures):
                server = _server(settings, config, admission, intake.worker.park)
                server.run(sockets=[listening])
        finally:
            if operations.tracing is not None:
                operations.tracing.close()
            ended = intake.worker.stop(_PARKING_SECONDS) & upkeep.stop(_PARKING_SECONDS)
            if not ended or admission.counts().at_work:
                # Threads that compute, or wait for a chat model, would hold the process; the library survives worse.
                logging.shutdown()
                os._exit(0)
            assistant.index.close()


def _server(
    settings: Settings, config: uvicorn.Config, admission: Admission, park: Callable[[], None]
) -> StoppableServer:
    """Where other servers take questions meanwhile, an answer is given all the time a chat model may take for it."""
    delay = settings.stop_delay_seconds
    drain = DRAIN_SECONDS if delay is None else DRAIN_SECONDS + settings.chat_seconds
    return StoppableServer(config, admission, park, delay, drain)


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
    settings: Settings, assistant: Assistant, intake: Intake | None = None, operations: Operations | None = None,
    hosts: frozenset[str] = LOOPBACK,
) -> FastAPI:  # fmt: skip
    """The application as it is served, the chat included. Raises `InvalidSetting`."""
    access = open_access(settings, assistant.index.library)
    conversations = open_conversations(settings, assistant.index.library)
    feedback = open_feedback(settings, assistant.index.library)
    operations = operations or open_operations(settings, assistant, intake)
    listen(operations, assistant)
    app = create_app(
        assistant,
        access,
        hosts,
        conversations=conversations,
        feedback=feedback,
        intake=intake,
        operations=operations,
        limiter=open_limiter(settings, assistant.index.library),
        addresses=Addresses(settings.trusted_proxies),
        frame_ancestors=settings.frame_ancestors,
        provider=_provider(settings),
    )
    dialogue = AdmittedDialogue(assistant, conversations, operations.admission, operations.metrics.told)
    caller_of = partial(_chat_caller, access)
    workroom = Workroom(assistant, intake, caller_of) if intake is not None else None
    return mount_chat(app, dialogue, feedback, caller_of, workroom)


def _chores(settings: Settings, library: Library) -> tuple[Callable[[], object], ...]:
    """What is kept for a time only is removed now, and by these again."""
    conversations, audit = open_conversations(settings, library), open_audit(settings, library)
    feedback = open_feedback(settings, library)
    sweep = partial(_sweep, library)
    sweep()
    return conversations.forget_ended, feedback.forget_old, partial(audit.forget, settings.audit_days), sweep


def _warm(assistant: Assistant) -> None:
    """Before anybody is let in: a first question would wait for what is opened only then."""
    try:
        assistant.index.check()
        assistant.index.embedder.embed_query("ready")
    except LibraryUnusable as error:  # each question will say so, and /health/ready
        logging.getLogger("missiondesk.errors").error("not ready", extra={"part": "library", "reason": error.message})


def _sweep(library: Library) -> None:
    if library.originals is not None:
        library.originals.sweep(library.engine)


def _chat_caller(access: Access, request: gr.Request) -> Caller:
    if request.request is None:
        raise CredentialNeeded("This event of the chat's page belongs to no request.")
    return admit(request.request, access).caller


def _provider(settings: Settings) -> Provider | None:
    if settings.oidc_issuer is None:
        return None
    try:
        provider: Provider = import_module("ui.oidc").open_provider(settings)
    except ImportError as error:
        raise InvalidSetting(
            "The setting oidc_issuer needs a package that is not installed: pip install 'missiondesk[oidc]'."
        ) from error
    return provider


def _hosts(settings: Settings, is_open: bool) -> frozenset[str]:
    if is_open:
        check_loopback(settings.host)
        return LOOPBACK
    return answered_hosts(settings.host, settings.hosts)


def _announce(settings: Settings, is_open: bool) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    if is_open:
        remark("No access keys: listening on this machine only; every caller counts as staff.")
    else:
        names = ", ".join(("this machine's own", *settings.hosts))
        remark(f"Callers need an access key or must sign in, at {address}/sign-in. Answering to the names: {names}.")
        if settings.host not in LOOPBACK | {"::1"}:
            remark("Keys and answers cross the network as they are: put a proxy that speaks HTTPS in front.")
    remark(f"Search {address}/   chat {address}/chat   API {address}/docs   (Ctrl+C stops)")


def _bound(host: str, port: int) -> socket.socket:
    """The port is taken now and listened on once questions can be answered: a proxy asks others as long."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if bound.family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
        return bound
    except OSError as error:
        bound.close()
        raise InvalidSetting(f"Cannot listen on {host}, port {port} ({error.strerror}): try another --port.") from error
