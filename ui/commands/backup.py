"""`missiondesk backup` and `restore`."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.audit import Audit
from assistant.event import Action, Event
from assistant.wiring import open_library
from index.errors import NotFound
from ui.commands.actor import command_line_actor
from ui.commands.options import settings_of
from ui.console import say

if TYPE_CHECKING:
    from index.backup_file import Manifest
    from index.restoration import Restored

# They check a library with the engines' own code, for which no other command should wait.
_BACKUP = "index.backup"
_RESTORATION = "index.restoration"


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that does not exist yet.")],
) -> None:
    """Write the whole library to one file, also while the server runs and documents are read.

    It holds internal documents, conversations, and what access keys and the widget's sessions are checked with: keep
    it as you keep those (only its owner may read it). The search indexes are not in it; they are built again.
    """
    settings = settings_of(context)
    with closing(open_library(settings)) as library:
        manifest: Manifest = import_module(_BACKUP).back_up(library.engine, settings.data_dir, file)
        Audit(library.engine).record(
            command_line_actor(), Event(Action.LIBRARY_BACKED_UP, "library", None, {"file": _shown(file)})
        )
    say(f"Backed up to {_shown(file)}: {_counts(manifest)}.")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` has written.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the library that stands there; it is kept in a folder inside.")
    ] = False,
) -> None:
    """Put the library of a backup into the data folder.

    The folder must be empty, or its library not be in use. The backup is checked first; one that is damaged, or was
    made by a newer missiondesk, changes nothing. The search indexes are built when the server starts, or by reindex.
    """
    settings = settings_of(context)
    if not file.is_file():
        raise NotFound(f"There is no file {_shown(file)}.")
    restored: Restored = import_module(_RESTORATION).restore(file, settings.data_dir, replace=replace)
    with closing(open_library(settings)) as library:
        detail = {"file": _shown(file), "made_at": restored.manifest.made_at}
        Audit(library.engine).record(command_line_actor(), Event(Action.LIBRARY_RESTORED, "library", None, detail))
    say(f"Restored the backup of {restored.manifest.made_at}: {_counts(restored.manifest)}.")
    if restored.kept is not None:
        say(f"What was there before is kept in {restored.kept}; remove it when it is not needed any more.")


def _counts(manifest: Manifest) -> str:
    rows = manifest.rows
    counted = (("documents", "documents"), ("passages", "passages"), ("conversations", "conversations"))
    folders = Counter(file.name.partition("/")[0] for file in manifest.files)
    told = ", ".join(f"{rows.get(table, 0)} {name}" for table, name in counted)
    return f"{told}, {folders['originals']} originals, {folders['uploads']} waiting files"


def _shown(file: Path) -> str:
    return str(file).encode("utf-8", "replace").decode()
