"""The command line: `missiondesk …`. Exit codes: 0 done, 1 some items failed, 2 wrong use."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from index.errors import MissiondeskError
from ui.commands import (
    ask,
    audit,
    backup,
    demo,
    doctor,
    feedback,
    ingest,
    keys,
    library,
    person,
    ready,
    search,
    serve,
    settings,
    sites,
    unpack,
    work,
)
from ui.console import complain
from ui.problems import EXIT_WRONG_USE, problem_of

_DATA_DIR = "--data-dir"

app = typer.Typer(
    name="missiondesk",
    help="Answers with sources, in the asker's language, over your own documents.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(_DATA_DIR, help="Folder of the library (default: MISSIONDESK_DATA_DIR, else ./data)."),
    ] = None,
) -> None:
    context.obj = data_dir


app.command(no_args_is_help=True)(ingest.ingest)
app.command(no_args_is_help=True)(ask.ask)
app.command(no_args_is_help=True)(search.search)
app.command()(library.documents)
app.command(no_args_is_help=True)(library.remove)
app.command()(library.reindex)
app.command()(library.verify)
app.command(no_args_is_help=True)(backup.backup)
app.command(no_args_is_help=True)(backup.restore)
app.command()(audit.audit)
app.command()(settings.settings)
app.command()(doctor.doctor)
app.add_typer(person.app, name="person")
app.add_typer(keys.keys, name="keys")
app.add_typer(feedback.app, name="feedback")
app.command()(serve.serve)
app.command()(work.work)
app.command()(ready.ready)
app.command()(unpack.unpack)
app.command()(demo.demo)
app.add_typer(sites.app, name="sites")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit; what cannot be done is said in one sentence on standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Answers hold every script, whatever encoding the terminal claims.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(args=_options_first(sys.argv[1:] if arguments is None else arguments), prog_name="missiondesk")
    except MissiondeskError as error:
        complain(error.message)
        sys.exit(problem_of(error).exit_code)
    except OSError as error:
        complain(f"{error.strerror or type(error).__name__}: {error.filename}" if error.filename else str(error))
        sys.exit(EXIT_WRONG_USE)


def _options_first(arguments: Sequence[str]) -> list[str]:
    """Move `--data-dir` to the front, so that it may also stand after the command."""
    front: list[str] = []
    rest: list[str] = []
    pending = list(arguments)
    while pending:
        argument = pending.pop(0)
        if argument == "--":
            rest += [argument, *pending]
            break
        if argument == _DATA_DIR and pending:
            front += [argument, pending.pop(0)]
        elif argument.startswith(f"{_DATA_DIR}="):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest
