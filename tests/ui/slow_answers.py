"""An application whose answers take as long as it is told, without a model, and a server of it to be stopped."""

from __future__ import annotations

import socket
import time
from collections.abc import Generator
from types import SimpleNamespace
from typing import cast

import uvicorn
from fastapi import FastAPI

from assistant.access import STAFF, Access, Caller
from assistant.answer import Answer, AnswerTimings
from assistant.assistant import Assistant
from assistant.dialogue import Dialogue, Event, Reply
from assistant.events import Sources
from assistant.settings import Settings, load_settings
from ui import stopping
from ui.app import create_app
from ui.connection import ImpatientProtocol
from ui.operations import Operations, open_operations
from ui.readiness import Part, Readiness

ANSWER = Answer(
    "When?", "en", "answered", "On Tuesdays. [1]", (), (), "extractive", None, AnswerTimings(0.0, 0.0, 0.0), None, ()
)


class SlowDialogue:
    """Finds sources at once, and waits before it answers."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def ask(self, *_: object, **__: object) -> Reply:
        return Reply(None, self._events())

    def _events(self) -> Generator[Event]:
        yield Sources(())
        time.sleep(self._seconds)
        yield ANSWER


class Loopback:
    """Everybody is staff, and there are no sites."""

    is_open = True
    widget = SimpleNamespace(sites=SimpleNamespace(is_some_sites=lambda _: False))

    def caller(self, *_: object) -> Caller:
        return STAFF


def slow_app(seconds: float, settings: Settings | None = None) -> tuple[FastAPI, Operations]:
    assistant = cast(Assistant, object())
    operations = open_operations(settings or load_settings(), assistant)
    app = create_app(assistant, cast(Access, Loopback()), operations=operations)
    app.state.readiness = Readiness([Part("accepting", operations.admission.check_staying)])
    app.state.dialogue = cast(Dialogue, SlowDialogue(seconds))
    return app, operations


def serve(port: int, seconds: float, drain_seconds: float, delay_seconds: float | None = None) -> None:
    """Until it is told to stop; it may take questions for `delay_seconds` then, and answers go on for the others."""
    app, operations = slow_app(seconds)
    config = uvicorn.Config(app, http=ImpatientProtocol, log_config=None, timeout_graceful_shutdown=1)
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        server = stopping.StoppableServer(config, operations.admission, lambda: None, delay_seconds, drain_seconds)
        server.run(sockets=[bound])
