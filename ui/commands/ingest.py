"""`missiondesk ingest`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.settings import Settings
from assistant.wiring import open_index, open_library
from index.document import Audience
from index.errors import InvalidRequest
from index.library import Known, Library
from ingest.folders import ingest_changes, ingest_folders
from ingest.item import Item
from ingest.report import IngestReport
from ingest.watch import watch as watch_folders
from ui.bodies.ingest_report import IngestReportBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, print_json_line, print_report, progress_bar, remark
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
    prune: Annotated[bool, typer.Option("--prune", help="Remove documents whose file has left its folder.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on reading what changes, until Ctrl+C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read files into the library.

    What has not changed since the last time is skipped; a file that was renamed stays the same document. With --watch
    and --json, each round prints its report on one line.
    """
    collection = readable(collection)
    if watch and (addresses := [path for path in paths if "://" in path]):
        raise InvalidRequest(f"--watch is for files and folders, not for {readable(addresses[0])}.")
    settings = settings_of(context)
    opened = _Opened(settings)
    try:
        if watch:
            take_in = partial(ingest_changes, audience=audience, collection=collection, prune=prune)
            _watch(paths, opened, take_in, as_json)
            return
        with progress_bar() as progress:
            report = ingest_folders(
                paths, opened.index, opened.library,
                audience=audience, collection=collection, prune=prune, progress=progress,
            )  # fmt: skip
        opened.settle()
    finally:
        opened.close()
    body = IngestReportBody.model_validate(report)
    print_json(body) if as_json else print_report(body)
    if body.failed:
        raise typer.Exit(EXIT_SOME_FAILED)


def _watch(paths: Sequence[str], opened: _Opened, take_in: Callable[..., IngestReport], as_json: bool) -> None:
    def round_of(items: Sequence[Item], gone: dict[str, Known]) -> IngestReport:
        with progress_bar() as progress:
            return take_in(items, gone, opened.index, opened.library, progress=progress)

    remark("Watching for changes (Ctrl+C stops).")
    try:
        for report in watch_folders(paths, opened.library, round_of, threading.Event()):
            body = IngestReportBody.model_validate(report)
            print_json_line(body) if as_json else print_report(body)
            opened.settle()
    except KeyboardInterrupt:  # the way to end it; what was stored is whole
        remark("Stopped.")


class _Opened:
    """The library, and its index once something must be embedded: a run with nothing new waits for no model."""

    def __init__(self, settings: Settings) -> None:
        self.library: Library = open_library(settings)
        self._settings = settings
        self._index: Index | None = None

    def index(self) -> Index:
        if self._index is None:
            self._index = open_index(self._settings, self.library)
        return self._index

    def settle(self) -> None:
        if self._index is not None:
            self._index.settle()

    def close(self) -> None:
        self._index.close() if self._index is not None else self.library.close()
