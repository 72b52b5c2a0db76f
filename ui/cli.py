"""The command line: `missiondesk …`. Exit codes: 0 done, 1 some items failed, 2 wrong use."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from index.errors import MissiondeskError
from ui.console import complain
from ui.problems import EXIT_WRONG_USE, problem_of

_DATA_DIR = "--data-dir"

COMMANDS = {
    "ingest": "ingest:ingest",
    "ask": "ask:ask",
    "search": "search:search",
    "documents": "library:documents",
    "remove": "library:remove",
    "reindex": "library:reindex",
    "verify": "library:verify",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "audit": "audit:audit",
    "settings": "settings:settings",
    "doctor": "doctor:doctor",
    "person": "person:app",
    "keys": "keys:keys",
    "feedback": "feedback:app",
    "serve": "serve:serve",
    "work": "work:work",
    "ready": "ready:ready",
    "unpack": "unpack:unpack",
    "demo": "demo:demo",
    "sites": "sites:app",
}
"""Where each is, below `ui.commands`. Only the one that is called is loaded: a health check should cost little."""
_NEED_ARGUMENTS = {"ingest", "ask", "search", "remove", "backup", "restore"}


def command_line(names: Sequence[str] = tuple(COMMANDS)) -> typer.Typer:
    """The commands of these names."""
    app = typer.Typer(
        name="missiondesk",
        help="Answers with sources, in the asker's language, over your own documents.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(import_module(f"ui.commands.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, no_args_is_help=name in _NEED_ARGUMENTS)(command)
    return app


def _options(
    context: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option(_DATA_DIR, help="Folder of the library (default: MISSIONDESK_DATA_DIR, else ./data)."),
    ] = None,
) -> None:
    context.obj = data_dir


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit; what cannot be done is said in one sentence on standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Answers hold every script, whatever encoding the terminal claims.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    given = _options_first(sys.argv[1:] if arguments is None else arguments)
    try:
        command_line(_called(given))(args=given, prog_name="missiondesk")
    except MissiondeskError as error:
        complain(error.message)
        sys.exit(problem_of(error).exit_code)
    except OSError as error:
        complain(f"{error.strerror or type(error).__name__}: {error.filename}" if error.filename else str(error))
        sys.exit(EXIT_WRONG_USE)


def _called(arguments: Sequence[str]) -> Sequence[str]:
    """The command that is called; all of them where the first word, after the options, is none."""
    words = list(arguments)
    while words and words[0].startswith(_DATA_DIR):
        del words[: 2 if words[0] == _DATA_DIR else 1]
    return words[:1] if words and words[0] in COMMANDS else tuple(COMMANDS)


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
