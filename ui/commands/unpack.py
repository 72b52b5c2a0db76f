"""`missiondesk unpack`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import typer

from ui.commands.options import settings_of
from ui.console import say

# Imports what reads and writes weights, for which no other command should wait.
_BUNDLED = "index.bundled"


def unpack(context: typer.Context) -> None:
    """Unpack the bundled embedding model, for which the first command that needs it would take some 15 seconds.

    It goes to the folder `cache_dir` of the settings. Whoever installs for others runs it once: the folder may be
    read-only afterwards.
    """
    folder: Path = import_module(_BUNDLED).unpack_bundled_model(settings_of(context).models_dir)
    say(f"The embedding model is in {folder}.")
