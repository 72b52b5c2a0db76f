"""`missiondesk ingest`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.settings import Settings
from assistant.wiring import open_index, open_library
from index.document import Audience
from index.errors import InvalidRequest
from index.library import Known, Library
from ingest.files import is_address
from ingest.item import Item
from ingest.options import ReadOptions
from ingest.pipeline import ingest as ingest_paths
from ingest.pipeline import ingest_items
from ingest.report import IngestReport
from ingest.watch import watch as watch_folders
from ui.bodies.ingest_report import IngestReportBody
from ui.commands.ingest_audit import IngestAudit
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, print_json_line, print_report, progress_bar, remark
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
    password: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Tried on protected PDFs; may be given several times.")
    ] = None,
    ocr: Annotated[
        str, typer.Option(metavar="LANGUAGES", help="Recognise scanned pages, in Tesseract's languages: ita+ron.")
    ] = "",
    prune: Annotated[bool, typer.Option("--prune", help="Remove what is gone from where it was.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on reading what changes, until Ctrl+C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read files and web pages into the library.

    What has not changed since the last time is skipped; a file that was renamed stays the same document. A web address
    is a page, a sitemap, or a feed. With --watch and --json, each round prints its report on one line.
    """
    collection = readable(collection)
    if watch and (addresses := [path for path in paths if is_address(path)]):
        raise InvalidRequest(f"--watch is for files and folders, not for {readable(addresses[0])}.")
    options = ReadOptions(tuple(map(readable, password or ())), tuple(filter(None, readable(ocr).split("+"))))
    settings = settings_of(context)
    with closing(_Opened(settings)) as opened:
        audit = IngestAudit.begin(opened.library, paths, audience, collection)
        if watch:
            take_in = partial(ingest_items, audience=audience, collection=collection, options=options, prune=prune)
            _watch(paths, opened, take_in, audience, as_json, audit)
            return
        with _web(paths, opened, audience, collection, depth, pages) as web, progress_bar() as progress:
            report = ingest_paths(
                paths, opened.index, opened.library,
                audience=audience, collection=collection, options=options, progress=progress, web=web, prune=prune,
            )  # fmt: skip
        audit.end(report)
        opened.settle()
    body = IngestReportBody.model_validate(report)
    print_json(body) if as_json else print_report(body)
    if body.failed:
        raise typer.Exit(EXIT_SOME_FAILED)


def _watch(
    paths: Sequence[str], opened: _Opened, take_in: Callable[..., IngestReport], audience: Audience, as_json: bool,
    audit: IngestAudit,
) -> None:  # fmt: skip
    def round_of(items: Sequence[Item], gone: dict[str, Known]) -> IngestReport:
        with progress_bar() as progress:
            return take_in(items, opened.index, opened.library, gone=gone, progress=progress)

    remark("Watching for changes (Ctrl+C stops).")
    try:
        for report in watch_folders(paths, opened.library, round_of, Event(), audience=audience):
            audit.end(report)
            body = IngestReportBody.model_validate(report)
            print_json_line(body) if as_json else print_report(body)
            opened.settle()
    except KeyboardInterrupt:  # the way to end it; what was stored is whole
        remark("Stopped.")


@contextmanager
def _web(
    paths: Sequence[str], opened: _Opened, audience: Audience, collection: str, depth: int, pages: int
) -> Iterator[Web | None]:
    """What finds pages, if there are addresses among the paths."""
    if not any(map(is_address, paths)):
        yield None
        return
    open_web = import_module(_WEB).open_web
    with closing(
        open_web(opened.settings, opened.library, audience=audience, collection=collection, depth=depth, pages=pages)
    ) as web:
        yield web


class _Opened:
    """The library, and its index once something must be embedded: a run with nothing new waits for no model."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library: Library = open_library(settings)
        self._index: Index | None = None

    def index(self) -> Index:
        if self._index is None:
            self._index = open_index(self.settings, self.library)
        return self._index

    def settle(self) -> None:
        if self._index is not None:
            self._index.settle()

    def close(self) -> None:
        self._index.close() if self._index is not None else self.library.close()
