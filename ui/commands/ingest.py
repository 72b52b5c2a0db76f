"""`missiondesk ingest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.wiring import open_index, open_library
from index.document import Audience
from ingest.pipeline import ingest as ingest_paths
from ui.bodies.ingest_report import IngestReportBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, print_report, progress_bar
from ui.problems import EXIT_SOME_FAILED

if TYPE_CHECKING:
    from index.index import Index


def ingest(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Files, folders or web addresses.")],
    audience: Annotated[
        Audience, typer.Option(help="Who may be shown them: everyone, or staff only.")
    ] = Audience.INTERNAL,
    collection: Annotated[str, typer.Option(help="Name of the collection they belong to.")] = "default",
    as_json: AsJson = False,
) -> None:
    """Read files into the library.

    What has not changed since the last time is skipped.
    """
    collection = readable(collection)
    settings = settings_of(context)
    library = open_library(settings)
    opened: list[Index] = []

    def index() -> Index:
        # Loads the embedding model, which a run with nothing new must not wait for.
        if not opened:
            opened.append(open_index(settings, library))
        return opened[0]

    try:
        with progress_bar() as progress:
            report = ingest_paths(paths, index, library, audience=audience, collection=collection, progress=progress)
        for used in opened:
            used.settle()
    finally:
        for used in opened:
            used.close()
        library.close()
    body = IngestReportBody.model_validate(report)
    print_json(body) if as_json else print_report(body)
    if body.failed:
        raise typer.Exit(EXIT_SOME_FAILED)
