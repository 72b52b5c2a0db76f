"""`python -m eval speed`: pages per second of ingest, and how much faster an unchanged second run is."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from assistant.wiring import open_index, open_library
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import workspace
from index.document import Audience
from index.errors import InvalidRequest
from index.index import Index
from ingest.pipeline import IngestReport, ingest

_WARMING = "This sentence loads the model and wakes the processor up."


def command(
    pages: Annotated[Path, typer.Option("--ingest", help="Folder of pages.")],
    again: Annotated[bool, typer.Option("--again", help="Ingest a second time, with nothing changed.")] = False,
    against: Annotated[float | None, typer.Option(min=0.001, help="Another's pages per second, here.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Time the ingest of a folder into a new library. The model is loaded and warm beforehand."""
    with workspace() as settings:
        seconds, report = _first(settings, pages)
        figures: dict[str, float] = {
            "pages": report.added,
            "failed": report.failed,
            "seconds": round(seconds, 3),
            "pages_per_second": round(report.added / seconds, 3),
        }
        if against:
            figures["ratio"] = round(report.added / seconds / against, 3)
        if again:
            repeated = _again(settings, pages)
            figures |= {"again_seconds": round(repeated, 4), "again_ratio": round(seconds / repeated, 1)}
    rows = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    publish(Report("Speed", [Table(f"Ingest of {pages}", ("measure", "value"), rows)], figures), json_file, html_file)


def _first(settings: Settings, pages: Path) -> tuple[float, IngestReport]:
    with closing(open_index(settings)) as index:
        index.embedder.embed_passages([_WARMING])
        started = time.perf_counter()
        report = ingest([str(pages)], lambda: index, index.library, audience=Audience.PUBLIC)
        seconds = time.perf_counter() - started
    if not report.added:
        raise InvalidRequest(f"Nothing in {pages} could be ingested.")
    return seconds, report


def _again(settings: Settings, pages: Path) -> float:
    """Seconds of the second run, from opening the library to closing it, as a new process would need."""
    started = time.perf_counter()
    with closing(open_library(settings)) as library:
        report = ingest([str(pages)], _no_index, library, audience=Audience.PUBLIC)
    seconds = time.perf_counter() - started
    if report.added or report.updated:
        raise InvalidRequest(f"{report.added + report.updated} pages changed between the runs.")
    return seconds


def _no_index() -> Index:
    raise InvalidRequest("A run with nothing new asked for the model.")
