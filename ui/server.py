"""Starts the HTTP server with everything it shows: API, pages, widget, staff chat."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial

import uvicorn
from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.dialogue import Dialogue
from assistant.settings import Settings
from assistant.wiring import open_access, open_assistant, open_audit, open_conversations
from index.errors import InvalidSetting
from index.library import Library
from index.upkeep import Upkeep
from ui.app import create_app
from ui.chat import mount_chat
from ui.console import remark
from ui.guard import check_loopback
from ui.intake import Intake, open_intake
from ui.logs import configure_logs

_SHUTDOWN_SECONDS = 20
"""How long answers that are being written may go on when the server is told to stop."""


def serve(settings: Settings) -> None:
    """Serve until interrupted. Raises `InvalidSetting` for an address that is taken, or that others can reach."""
    check_loopback(settings.host)
    with _listen(settings.host, settings.port) as listening:
        assistant = open_assistant(settings)
        _announce(settings)
        configure_logs()
        upkeep = Upkeep(assistant.index, chores=_chores(settings, assistant.index.library))
        intake = open_intake(settings, assistant.index)
        upkeep.start()
        intake.worker.start()
        try:
            config = uvicorn.Config(
                build(settings, assistant, intake),
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


def build(settings: Settings, assistant: Assistant, intake: Intake | None = None) -> FastAPI:
    """The application as it is served, the chat included."""
    access = open_access(settings, assistant.index.library)
    conversations = open_conversations(settings, assistant.index.library)
    app = create_app(assistant, access, conversations=conversations, intake=intake)
    # Nobody signs in to the chat: who reaches it without a credential is whom it serves.
    return mount_chat(app, Dialogue(assistant, conversations), access.caller(None))


def _chores(settings: Settings, library: Library) -> tuple[Callable[[], int], ...]:
    """What is kept for a time only is removed now, and by these again."""
    conversations, audit = open_conversations(settings, library), open_audit(settings, library)
    return conversations.forget_ended, partial(audit.forget, settings.audit_days)


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
