"""`python -m eval ingest`: what became of each file, at what cost, and how fast an unchanged folder is passed over."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
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
from ingest.pool import Effort, Pool

_WARMING = "This sentence loads the model and wakes the processor up."


def command(
    documents: Annotated[Path, typer.Argument(metavar="DOCUMENTS", help="Folder or file to ingest.")],
    repeats: Annotated[int, typer.Option(min=1, help="How often to ingest again; the median counts.")] = 5,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ingest into a new library, and the same again with nothing changed.

    The first run's model is loaded and warm beforehand; a run without changes loads none. Exit code 1 if a file made
    its reader fail.
    """
    with workspace() as settings:
        first = first_ingest(settings, documents)
        again = median(ingest_again(settings, documents) for _ in range(repeats))
    crashes = [item.uri for item in first.report.items if item.error and item.error.code == "crashed"]
    reasons = Counter(item.error.code for item in first.report.items if item.error)
    slowest, largest = max(first.efforts, key=seconds_of), max(first.efforts, key=memory_of)
    figures: dict[str, object] = {
        "files": len(first.report.items),
        "texts": first.report.added + first.report.updated,
        "reasons": dict(sorted(reasons.items())),
        "crashes": crashes,
        "slowest": {"file": slowest.name, "seconds": round(slowest.seconds, 2)},
        "largest_memory": {"file": largest.name, "megabytes": largest.memory >> 20},
        "first_seconds": round(first.seconds, 3),
        "again_seconds": round(again, 5),
        "ratio": round(first.seconds / again, 1),
    }
    rows = [(name.replace("_", " "), _words(value)) for name, value in figures.items()]
    table = Table(f"Ingest of {documents}, and again ({repeats} times, median)", ("measure", "value"), rows)
    publish(Report("Ingest", [table], figures), json_file, html_file)
    if crashes:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class FirstIngest:
    """What an ingest into a new library found, how long it took, and what each file cost its child process."""

    report: IngestReport
    seconds: float
    efforts: tuple[Effort, ...]


def first_ingest(settings: Settings, documents: Path) -> FirstIngest:
    """Ingest into a new library with a warm model. Raises `InvalidRequest` if nothing could be read."""
    with closing(open_index(settings)) as index, Pool() as pool:
        index.embedder.embed_passages([_WARMING])
        started = time.perf_counter()
        report = ingest([str(documents)], lambda: index, index.library, audience=Audience.PUBLIC, pool=pool)
        seconds = time.perf_counter() - started
        efforts = tuple(pool.efforts)
    if not report.added:
        raise InvalidRequest(f"Nothing in {documents} could be ingested.")
    return FirstIngest(report, seconds, efforts)


def seconds_of(effort: Effort) -> float:
    return effort.seconds


def memory_of(effort: Effort) -> int:
    return effort.memory


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


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
