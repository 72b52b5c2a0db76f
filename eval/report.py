"""What a measurement found, as a table for people and as JSON and HTML for later."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated

import typer

from eval.plot import STYLE

STANDARD_OUTPUT = "-"
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Also write the figures to this file; without a name print them alone.")
]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Also write the tables to this page.")]

REACHED, NOT_REACHED = "reached", "not reached"
"""Cells of just these words stand out."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; --line: #c8c8c8; --accent: #2a78d6; --good: #157538; --bad: #b3261e; }}
  @media (prefers-color-scheme: dark) {{ :root {{ --line: #555; --good: #6fd08c; --bad: #ff9d94; }} }}
  body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }}
  h2 {{ font-size: 1rem; margin: 2rem 0 .5rem; }}
  .wide {{ overflow-x: auto; }}
  table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
  th, td {{ border-bottom: 1px solid var(--line); padding: .3rem 1rem .3rem 0; }}
  th, td {{ text-align: start; vertical-align: top; }}
  th[scope=row] {{ font-weight: 400; }}
  .shaded td {{ background: color-mix(in srgb, var(--accent) var(--shade, 0%), transparent); padding-inline: .8rem; }}
  .good {{ color: var(--good); font-weight: 600; }}
  .bad {{ color: var(--bad); font-weight: 600; }}{plots}
</style>
<h1>{title}</h1>
{notes}
{tables}
"""
_STANDS_OUT = {REACHED: "good", NOT_REACHED: "bad"}
_SHARE = re.compile(r"[01]\.\d+")
_PALEST = 0.4
"""Shares up to this one have no shade."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a report, already in words; the first cell names its row.

    `plot` is an SVG of the same figures, shown above. With `page_only` it is not printed. The cells of a `shaded` one
    that are shares are the darker, the greater they are.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    plot: str = ""
    page_only: bool = False
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """`tables` are read, `figures` are compared: the JSON that a command promises. `notes` are paragraphs above."""

    title: str
    tables: Sequence[Table]
    figures: Mapping[str, object]
    notes: Sequence[str] = ()


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
            if not table.page_only:
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
    return _PAGE.format(
        title=escape(report.title),
        plots=STYLE.rstrip() if any(table.plot for table in report.tables) else "",
        notes="\n".join(f"<p>{escape(note)}</p>" for note in report.notes),
        tables="\n".join(map(_html_table, report.tables)),
    )


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    body = "\n".join(f"<tr>{_html_cells(row, table.shaded)}</tr>" for row in table.rows)
    kind = ' class="shaded"' if table.shaded else ""
    title = escape(table.title)
    return (
        f"<h2>{title}</h2>\n{table.plot}\n"
        # What scrolls can be reached and named without a pointer.
        f'<div class="wide" tabindex="0" role="region" aria-label="{title}">\n'
        f'<table{kind} aria-label="{title}">\n<tr>{head}</tr>\n{body}\n</table>\n</div>'
    )


def _html_cells(row: Sequence[str], shaded: bool) -> str:
    first, *others = row
    return f'<th scope="row" dir="auto">{escape(first)}</th>' + "".join(_html_cell(cell, shaded) for cell in others)


def _html_cell(cell: str, shaded: bool) -> str:
    attributes = f' class="{_STANDS_OUT[cell]}"' if cell in _STANDS_OUT else ""
    if shaded and _SHARE.fullmatch(cell):
        attributes += f' style="--shade: {max(0.0, 100 * (float(cell) - _PALEST)):.0f}%"'
    return f'<td dir="auto"{attributes}>{escape(cell)}</td>'
