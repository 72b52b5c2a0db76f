"""`python -m eval speed`: how fast documents are taken in (`--ingest`), and how fast they are found (`--search`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.ingest import first_ingest, ingest_again
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.search_speed import measure
from eval.workspace import workspace
from index.errors import InvalidRequest

SIZES = "10000,100000"


def command(
    pages: Annotated[Path | None, typer.Option("--ingest", help="Folder of pages.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Ingest a second time, with nothing changed.")] = False,
    against: Annotated[float | None, typer.Option(min=0.001, help="Another's pages per second, here.")] = None,
    search: Annotated[bool, typer.Option("--search", help="Search in synthetic libraries.")] = False,
    passages: Annotated[str, typer.Option(help="Sizes of these libraries, with commas between.")] = SIZES,
    queries: Annotated[int, typer.Option(min=1, help="Searches of each kind.")] = 200,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Time the ingest of a folder into a new library, the model loaded and warm beforehand, or searches.

    Searches are timed in libraries of made-up passages, with given vectors and with the bundled model.
    """
    if search == (pages is not None):
        raise InvalidRequest("Give one of --ingest FOLDER and --search.")
    report = _ingest(pages, again, against) if pages else measure(_sizes(passages), queries)
    publish(report, json_file, html_file)


def _ingest(pages: Path, again: bool, against: float | None) -> Report:
    with workspace() as settings:
        first = first_ingest(settings, pages)
        seconds, report = first.seconds, first.report
        figures: dict[str, float] = {
            "pages": report.added,
            "failed": report.failed,
            "seconds": round(seconds, 3),
            "pages_per_second": round(report.added / seconds, 3),
        }
        if against:
            figures["ratio"] = round(report.added / seconds / against, 3)
        if again:
            repeated = ingest_again(settings, pages)
            figures |= {"again_seconds": round(repeated, 4), "again_ratio": round(seconds / repeated, 1)}
    rows = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    return Report("Speed", [Table(f"Ingest of {pages}", ("measure", "value"), rows)], figures)


def _sizes(passages: str) -> list[int]:
    """Raises `InvalidRequest`."""
    sizes = [int(size) for size in passages.split(",") if size.strip().isdecimal()]
    if len(sizes) != passages.count(",") + 1 or min(sizes) < 100:
        raise InvalidRequest(f"--passages takes numbers from 100 on, such as {SIZES}, not {passages}.")
    return sizes
