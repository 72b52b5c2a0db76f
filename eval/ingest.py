"""`python -m eval ingest`: seconds to take documents in, and to see later that nothing has changed."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from statistics import median
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
    documents: Annotated[Path, typer.Argument(metavar="DOCUMENTS", help="Folder or file to ingest.")],
    repeats: Annotated[int, typer.Option(min=1, help="How often to ingest again; the median counts.")] = 5,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Time an ingest into a new library, and the same again with nothing changed.

    The first run's model is loaded and warm beforehand; a run without changes loads none.
    """
    with workspace() as settings:
        seconds, report = first_ingest(settings, documents)
        again = median(ingest_again(settings, documents) for _ in range(repeats))
    figures: dict[str, float] = {
        "documents": report.added,
        "failed": report.failed,
        "first_seconds": round(seconds, 3),
        "again_seconds": round(again, 5),
        "ratio": round(seconds / again, 1),
    }
    rows = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    table = Table(f"Ingest of {documents}, and again ({repeats} times, median)", ("measure", "value"), rows)
    publish(Report("Ingest", [table], figures), json_file, html_file)


def first_ingest(settings: Settings, documents: Path) -> tuple[float, IngestReport]:
    """Seconds to ingest into a new library with a warm model. Raises `InvalidRequest` if nothing could be read."""
    with closing(open_index(settings)) as index:
        index.embedder.embed_passages([_WARMING])
        started = time.perf_counter()
        report = ingest([str(documents)], lambda: index, index.library, audience=Audience.PUBLIC)
        seconds = time.perf_counter() - started
    if not report.added:
        raise InvalidRequest(f"Nothing in {documents} could be ingested.")
    return seconds, report


def ingest_again(settings: Settings, documents: Path) -> float:
    """Seconds of a run with nothing new, from opening the library to closing it, as a new process would need."""
    started = time.perf_counter()
    with closing(open_library(settings)) as library:
        report = ingest([str(documents)], _no_index, library, audience=Audience.PUBLIC)
    seconds = time.perf_counter() - started
    if report.added or report.updated:
        raise InvalidRequest(f"{report.added + report.updated} documents changed between the runs.")
    return seconds


def _no_index() -> Index:
    raise InvalidRequest("A run with nothing new asked for the model.")
