"""`python -m eval speed`: pages per second of ingest, and how much faster an unchanged second run is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.ingest import first_ingest, ingest_again
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import workspace


def command(
    pages: Annotated[Path, typer.Option("--ingest", help="Folder of pages.")],
    again: Annotated[bool, typer.Option("--again", help="Ingest a second time, with nothing changed.")] = False,
    against: Annotated[float | None, typer.Option(min=0.001, help="Another's pages per second, here.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Time the ingest of a folder into a new library. The model is loaded and warm beforehand."""
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
    publish(Report("Speed", [Table(f"Ingest of {pages}", ("measure", "value"), rows)], figures), json_file, html_file)
