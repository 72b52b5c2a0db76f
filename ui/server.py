"""Starts the HTTP server with everything it shows: API, pages, widget, staff chat."""

from __future__ import annotations

import socket
from contextlib import closing
from functools import partial
from importlib import import_module

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant.access import Access, Caller
from assistant.assistant import Assistant
from assistant.dialogue import Dialogue
from assistant.settings import Settings
from assistant.wiring import open_access, open_assistant, open_conversations, open_library
from index.errors import CredentialNeeded, InvalidSetting
from index.upkeep import Upkeep
from ui.app import create_app
from ui.chat import mount_chat
from ui.console import remark
from ui.credentials import admit
from ui.guard import LOOPBACK, answered_hosts, check_loopback
from ui.intake import Intake, open_intake
from ui.logs import configure_logs
from ui.provider import Provider

_SHUTDOWN_SECONDS = 20
"""How long answers that are being written may go on when the server is told to stop."""


def serve(settings: Settings) -> None:
    """Serve until interrupted.

    Raises `InvalidSetting` for an address that is taken, or that others can reach while there are no access keys.
    """
    with closing(open_library(settings)) as library:
        is_open = open_access(settings, library).is_open
    hosts = _hosts(settings, is_open)
    with _listen(settings.host, settings.port) as listening:
        assistant = open_assistant(settings)
        _announce(settings, is_open)
        configure_logs()
        upkeep = Upkeep(assistant.index)
        intake = open_intake(settings, assistant.index)
        upkeep.start()
        intake.worker.start()
        try:
            config = uvicorn.Config(
                build(settings, assistant, intake, hosts),
                # Its access log would hold the questions of searches, which stand in the address.
                access_log=False,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            )
            uvicorn.Server(config).run(sockets=[listening])
        finally:
            intake.worker.stop()
            upkeep.stop()
            assistant.index.close()


def build(
    settings: Settings, assistant: Assistant, intake: Intake | None = None, hosts: frozenset[str] = LOOPBACK
) -> FastAPI:
    """The application as it is served, the chat included. Raises `InvalidSetting`."""
    access = open_access(settings, assistant.index.library)
    conversations = open_conversations(settings, assistant.index.library)
    app = create_app(
        assistant, access, hosts, conversations=conversations, intake=intake, provider=_provider(settings)
    )  # fmt: skip
    return mount_chat(app, Dialogue(assistant, conversations), partial(_chat_caller, access))


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


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InvalidSetting(f"Cannot listen on {host}, port {port} ({error.strerror}): try another --port.") from error
