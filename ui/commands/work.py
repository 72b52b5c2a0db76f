"""`missiondesk work`."""

from __future__ import annotations

from importlib import import_module

import typer

from ui.commands.options import settings_of


def work(context: typer.Context) -> None:
    """Read the documents that people send to servers which do not read them themselves (setting worker).

    Each worker needs a data folder of its own where a PostgreSQL database is shared; of several in one folder one
    works at a time.
    """
    # The embedding model takes seconds to import; no other command should wait for it.
    import_module("ui.worker").work(settings_of(context))
