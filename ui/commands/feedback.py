"""`missiondesk feedback cases`: what became of people's reports."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from assistant.audit import Audit
from assistant.case_file import case_file
from assistant.cases import Cases
from assistant.event import Action, Event
from assistant.reviews import Reviews
from assistant.wiring import open_feedback, open_library
from index.scope import EVERYTHING
from ui.commands.actor import command_line_actor
from ui.commands.options import settings_of
from ui.console import print_file, remark

app = typer.Typer(help="What people report of answers.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _commands() -> None:
    """Keeps the command's name, which Typer drops where it is the only one."""


@app.command()
def cases(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="A new file, for its owner only (default: standard output).")] = None,
) -> None:
    """Print the evaluation cases that reports were made into, as JSON lines for `python -m eval answers FILE`.

    They hold people's questions and words of documents, internal ones too.
    """
    settings = settings_of(context)
    with closing(open_library(settings)) as library:
        file = case_file(Cases(Reviews(open_feedback(settings, library)), library), EVERYTHING)
        exported = Event(Action.CASES_EXPORTED, "export", None, {"count": file.count})
        Audit(library.engine).record(command_line_actor(), exported)
    if out is None:
        print_file(file.text)
    else:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
            written.write(file.text)
    remark(f"{file.count} cases.")
    if file.withheld:
        remark(f"{file.withheld} are left out: their words no longer stand in a document.")
