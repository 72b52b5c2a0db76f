"""What a measurement found, as a table for people and as JSON and HTML for later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated

import typer

STANDARD_OUTPUT = "-"
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Also write the figures to this file; without a name print them alone.")
]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Also write the tables to this page.")]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
  table {{ border-collapse: collapse; margin-bottom: 2rem; }}
  caption {{ font-weight: 600; padding: .5rem 0; text-align: start; }}
  th, td {{ border-bottom: 1px solid #ccc; padding: .3rem 1rem .3rem 0; text-align: start; vertical-align: top; }}
</style>
<h1>{title}</h1>
{tables}
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a report, already in words."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Report:
    """`tables` are read, `figures` are compared: the JSON that a command promises."""

    title: str
    tables: Sequence[Table]
    figures: Mapping[str, object]


def publish(report: Report, json_file: Path | None = None, html_file: Path | None = None) -> None:
    """Print the tables; write the figures and the page where files are named, into folders made for them.

    Figures for standard output are printed in the tables' place.
    """
    figures = json.dumps(report.figures, ensure_ascii=False, indent=2)
    if json_file == Path(STANDARD_OUTPUT):
        print(figures)
        json_file = None
    else:
        for table in report.tables:
            print(f"\n{as_text(table)}")
    for file in (json_file, html_file):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
    if json_file:
        json_file.write_text(f"{figures}\n", encoding="utf-8")
    if html_file:
        html_file.write_text(as_html(report), encoding="utf-8")


def as_text(table: Table) -> str:
    """The table in columns of even width."""
    lines = [list(table.columns), *map(list, table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([table.title, "", padded[0], rule, *padded[1:]])


def as_html(report: Report) -> str:
    """A page that stands alone."""
    return _PAGE.format(title=escape(report.title), tables="\n".join(map(_html_table, report.tables)))


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = ("".join(f'<td dir="auto">{escape(cell)}</td>' for cell in row) for row in table.rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table>\n<caption>{escape(table.title)}</caption>\n<tr>{head}</tr>\n{body}\n</table>"
