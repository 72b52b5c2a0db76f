"""`missiondesk serve`."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from ui.commands.options import settings_of


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on (default: 8000).")] = None,
) -> None:
    """Start the server for browsers and programs.

    It serves the API, the staff chat, the researchers' search and the help widget.
    """
    settings = settings_of(context, host=host, port=port)
    # Gradio takes seconds to import; no other command should wait for it.
    import_module("ui.server").serve(settings)
