"""`missiondesk person export` and `person erase`."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from assistant.person import erase_person, export_person
from assistant.wiring import open_library
from ui.commands.actor import command_line_actor
from ui.commands.options import readable, settings_of
from ui.console import say

app = typer.Typer(help="What is kept of one person: tell it, or erase it.", no_args_is_help=True)

Owner = Annotated[str, typer.Argument(metavar="OWNER", help="As the audit names them, such as key:4f1c0d5b.")]


@app.command(no_args_is_help=True)
def export(
    context: typer.Context,
    owner: Owner,
    out: Annotated[Path | None, typer.Option(help="A new file, for its owner only (default: standard output).")] = None,
) -> None:
    """Print everything that is kept of a person as JSON: conversations as they were held, and entries of the audit.

    Feedback is kept without who sent it, so it is nobody's.
    """
    with closing(open_library(settings_of(context))) as library:
        held = export_person(library.engine, readable(owner), command_line_actor())
    text = json.dumps({"owner": owner, **held}, ensure_ascii=False, indent=2)
    if out is None:
        say(text)
        return
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{text}\n")


@app.command(no_args_is_help=True)
def erase(context: typer.Context, owner: Owner) -> None:
    """Erase everything that is kept of a person.

    Entries of the audit stay under a pseudonym: what was changed must still be known. Backups that were made before
    still hold the person.
    """
    with closing(open_library(settings_of(context))) as library:
        erased = erase_person(library.engine, readable(owner), command_line_actor())
    counts = ", ".join(f"{count} {name}" for name, count in erased.counts.items())
    say(f"Erased ({counts}). The audit says {erased.pseudonym} instead. Backups made before still hold it.")
