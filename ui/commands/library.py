"""`missiondesk documents`, `remove`, `reindex` and `verify`: looking after the library."""

from __future__ import annotations

from contextlib import closing
from importlib import import_module
from typing import Annotated

import typer

from assistant.audit import Audit
from assistant.event import Action, Event, Value
from assistant.wiring import open_embedder, open_generations, open_library
from assistant.witness import document_witness
from index.errors import NotFound
from index.facts import MODEL
from index.scope import EVERYTHING
from ui.bodies.document import DocumentsBody
from ui.commands.actor import command_line_actor
from ui.commands.options import AsJson, readable, settings_of
from ui.console import complain, print_documents, print_json, progress_bar, say
from ui.problems import EXIT_SOME_FAILED

# They import the engines, for which no other command should wait.
_REINDEXING = "index.reindexing"
_VERIFICATION = "index.verification"


def documents(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents of the library."""
    with closing(open_library(settings_of(context))) as library:
        body = DocumentsBody.of(library.documents(EVERYTHING))
    print_json(body) if as_json else print_documents(body)


def remove(
    context: typer.Context,
    document_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `documents` shows them.")],
) -> None:
    """Remove documents from the library."""
    wanted = [readable(document_id) for document_id in document_ids]
    failed = False
    with closing(open_library(settings_of(context))) as library:
        for document_id in wanted:
            try:
                library.remove(document_id, witness=document_witness(command_line_actor()))
            except NotFound as error:
                failed = True
                complain(error.message)
            else:
                say(f"Removed {document_id}.")
    if failed:
        raise typer.Exit(EXIT_SOME_FAILED)


def reindex(context: typer.Context) -> None:
    """Build the search indexes anew.

    Needed after the embedding model has changed; everything is made from the library, no document is read again.
    """
    settings = settings_of(context)
    with closing(open_library(settings)) as library:
        embedder = open_embedder(settings)
        generations = open_generations(settings, embedder.name)
        with progress_bar("Embedding") as progress:
            passages: int = import_module(_REINDEXING).reindex(library, embedder, generations, progress)
        detail: dict[str, Value] = {"passages": passages, "model": embedder.name}
        Audit(library.engine).record(command_line_actor(), Event(Action.LIBRARY_REINDEXED, "library", None, detail))
    say(f"The search indexes are built anew: {passages} passages.")


def verify(context: typer.Context) -> None:
    """Check the library and its indexes.

    Each fault is one line on standard error.
    """
    settings = settings_of(context)
    with closing(open_library(settings)) as library:
        generations = open_generations(settings, library.fact(MODEL) or "")
        faults: list[str] = import_module(_VERIFICATION).verify(library, generations)
    for fault in faults:
        complain(fault)
    if faults:
        raise typer.Exit(EXIT_SOME_FAILED)
    say("No faults found.")
