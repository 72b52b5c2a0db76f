"""`missiondesk ready`."""

from __future__ import annotations

import http
import http.client
import time
from typing import Annotated

import typer

from assistant.settings import Settings
from ui.commands.options import settings_of
from ui.console import complain, say
from ui.problems import EXIT_SOME_FAILED

_PAUSE_SECONDS = 0.5
_ANSWER_SECONDS = 25.0
"""Each part of the server may take three seconds to be tried."""
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""A server that listens on all addresses is asked on this machine's own."""
_HOST = "localhost"
"""The one name that every server answers to: see `ui.guard`."""


def ready(
    context: typer.Context,
    wait: Annotated[float, typer.Option(min=0, max=3600, help="Seconds to go on asking until it is ready.")] = 0,
) -> None:
    """Ask the server that the settings describe whether it can answer questions.

    For health checks and for scripts that start it. Exit code 0 if it can, 1 if not.
    """
    settings = settings_of(context)
    give_up = time.monotonic() + wait
    while (fault := _fault(settings)) is not None and time.monotonic() + _PAUSE_SECONDS < give_up:
        time.sleep(_PAUSE_SECONDS)
    if fault is not None:
        complain(fault)
        raise typer.Exit(EXIT_SOME_FAILED)
    say("The server is ready.")


def _fault(settings: Settings) -> str | None:
    """Why the server cannot answer questions, in one sentence; None if it can."""
    host = _EVERY_ADDRESS.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/health/ready", headers={"Host": _HOST})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"No server answers on {host}, port {settings.port}: {error}."
    finally:
        connection.close()
    return None if status == http.HTTPStatus.OK else f"The server is not ready (status {status}); its log says why."
