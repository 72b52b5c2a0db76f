"""`missiondesk ingest`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.wiring import open_index, open_library
from index.document import Audience
from ingest.files import is_address
from ingest.pipeline import ingest as ingest_paths
from ui.bodies.ingest_report import IngestReportBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, print_report, progress_bar
from ui.problems import EXIT_SOME_FAILED

if TYPE_CHECKING:
    from index.index import Index
    from ingest.web.site import Web

_WEB = "ui.web"  # imports what fetches and reads pages, for which no file should wait


def ingest(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Files, folders or web addresses.")],
    audience: Annotated[
        Audience, typer.Option(help="Who may be shown them: everyone, or staff only.")
    ] = Audience.INTERNAL,
    collection: Annotated[str, typer.Option(help="Name of the collection they belong to.")] = "default",
    depth: Annotated[int, typer.Option(min=0, max=20, help="How many links to follow from a web page.")] = 0,
    pages: Annotated[int, typer.Option(min=1, max=100_000, help="Most pages that one web address may lead to.")] = 1000,
    prune: Annotated[bool, typer.Option("--prune", help="Remove pages that are gone from where they were.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read files and web pages into the library.

    What has not changed since the last time is skipped. A web address is a page, a sitemap, or a feed.
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

    web: Web | None = None
    if any(map(is_address, paths)):
        web = import_module(_WEB).open_web(
            settings, library, audience=audience, collection=collection, depth=depth, pages=pages
        )
    try:
        with progress_bar() as progress:
            report = ingest_paths(
                paths,
                index,
                library,
                audience=audience,
                collection=collection,
                progress=progress,
                web=web,
                prune=prune,
            )
        for used in opened:
            used.settle()
    finally:
        if web is not None:
            web.close()
        for used in opened:
            used.close()
        library.close()
    body = IngestReportBody.model_validate(report)
    print_json(body) if as_json else print_report(body)
    if body.failed:
        raise typer.Exit(EXIT_SOME_FAILED)
