"""`python -m eval capacity`: what each way of running takes at each size, from what other commands measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from eval.curve_plot import Curve, curve_plot
from eval.engine_growth import engine_growth
from eval.growth import Band, Growth
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.topologies import (
    GIGABYTE,
    TOPOLOGIES,
    Limits,
    Measurements,
    Prices,
    Topology,
    cores_for,
    end_of,
)
from index.errors import InvalidRequest

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SEARCH_MILLISECONDS = 80.0
"""The design's bar for p95 among a million passages, taken as the bar of all."""
BEGIN, END = "<!-- capacity -->", "<!-- /capacity -->"
CURVES = (
    ("disk", "Library and one generation on disk", "MB", ("library_megabytes", "generation_megabytes")),
    ("memory", "Memory of a process", "MB", ("search_megabytes", "build_megabytes")),
    ("time", "Search, p95", "ms", ("hybrid_p95_ms",)),
    ("build", "Building a generation", "s", ("build_seconds",)),
)
NAMES = {
    "library_megabytes": "library", "generation_megabytes": "generation", "search_megabytes": "searching",
    "build_megabytes": "building", "hybrid_p95_ms": "without embedding", "build_seconds": "on one core",
}  # fmt: skip


class CostFile(BaseModel):
    """What `eval cost --json` writes."""

    question_processor_seconds: float
    passage_processor_seconds: float


def command(
    measurements: Annotated[Path, typer.Argument(help="Folder of search*.json, engines*.json and cost.json.")],
    core: Annotated[float, typer.Option(min=0, help="Price of a core for a month.")] = 10.0,
    memory: Annotated[float, typer.Option(min=0, help="Price of a gigabyte of memory for a month.")] = 4.0,
    disk: Annotated[float, typer.Option(min=0, help="Price of a gigabyte of disk for a month.")] = 0.1,
    machine_memory: Annotated[float, typer.Option(min=1, help="Gigabytes of memory of the largest machine.")] = 24.0,
    machine_disk: Annotated[float, typer.Option(min=1, help="Gigabytes of its disk.")] = 500.0,
    docs: Annotated[Path | None, typer.Option(help="Page to write the tables into, and its curves beside it.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Lay curves through what was measured at several sizes, and foretell ten million passages with both ends of what
    they allow. Prices are yours to give: those set here are round figures for rented machines, not an offer."""
    measured = read_measurements(measurements)
    limits = Limits(GIGABYTE * machine_memory, GIGABYTE * machine_disk, SEARCH_MILLISECONDS)
    report = capacity(measured, Prices(core, memory, disk), limits)
    publish(report, json_file, html_file)
    if docs:
        write_page(docs, report, measured)


def read_measurements(folder: Path) -> Measurements:
    """Growth of each figure by the file `search*.json` that has it at the largest size.

    Figures of two runs are never mixed in one curve: the machine may have been busier in one of them. Raises
    `InvalidRequest` for files that are not there or not what their commands write.
    """
    try:
        runs = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("search*.json"))]
        cost = CostFile.model_validate_json((folder / "cost.json").read_text(encoding="utf-8"))
        names = {name for curve in CURVES for name in curve[3]}
        growth = {name: Growth.through(max((_sizes_of(run, name) for run in runs), key=_largest)) for name in names}
        growth |= engine_growth([json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("engines*.json"))])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(f"{folder} does not hold the measurements: {error}") from error
    return Measurements(growth, cost.question_processor_seconds, cost.passage_processor_seconds)


def _sizes_of(run: Mapping[str, Mapping[str, float]], name: str) -> dict[int, float]:
    return {int(size): row[name] for size, row in run.items() if row.get(name)}


def _largest(sizes: Mapping[int, float]) -> int:
    return max(sizes, default=0) if len(sizes) > 1 else 0


def capacity(measured: Measurements, prices: Prices, limits: Limits) -> Report:
    tables = [
        *(_sizes_table(topology, measured, prices) for topology in TOPOLOGIES),
        _ends_table(measured, limits),
        _work_table(measured, prices),
        _surprise_table(measured),
    ]
    figures = {
        topology.name: {
            str(size): {
                "memory_megabytes": _pair(topology.memory(measured, size)),
                "disk_megabytes": _pair(topology.disk(measured, size)),
                "month": _pair(topology.month(measured, size, prices)),
                "search_p95_ms": _pair(topology.search(measured, size)),
            }
            for size in SIZES
        }
        for topology in TOPOLOGIES
    }
    return Report("Capacity", tables, figures)


def write_page(page: Path, report: Report, measured: Measurements) -> None:
    """Replace what stands between the page's two marks, and write the curves into the folder named like it."""
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InvalidRequest(f"{page} has no {BEGIN} and {END} to write between.")
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    for name, drawing in drawings(measured).items():
        (folder / f"{name}.svg").write_text(drawing, encoding="utf-8")
    images = [f"![{title}]({folder.name}/{name}.svg)" for name, title, _, _ in CURVES]
    parts = [*(_markdown(table) for table in report.tables), *images]
    page.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}", encoding="utf-8")


def drawings(measured: Measurements) -> dict[str, str]:
    """SVG texts by name."""
    return {
        name: curve_plot(
            title, unit, [Curve(NAMES[growth], measured.growth[growth]) for growth in growths], SIZES[-1],
            SEARCH_MILLISECONDS if name == "time" else None,
        )
        for name, title, unit, growths in CURVES
    }  # fmt: skip


def _sizes_table(topology: Topology, measured: Measurements, prices: Prices) -> Table:
    rows = [
        ["memory of the largest machine, GB", *(_gigabytes(topology.memory(measured, size)) for size in SIZES)],
        ["disk of all machines, GB", *(_gigabytes(topology.disk(measured, size)) for size in SIZES)],
        ["memory and disk a month", *(_span(topology.month(measured, size, prices)) for size in SIZES)],
        ["search without embedding, p95 ms", *(_span(topology.search(measured, size)) for size in SIZES)],
        ["building a generation, minutes", *(_span(measured.at("build_seconds", size, 1 / 60)) for size in SIZES)],
        ["taking all in on one core, hours", *(_number(size * measured.passage_seconds / 3600) for size in SIZES)],
    ]
    return Table(f"{topology.name}, by passages", ["what", *(f"{size:,}" for size in SIZES)], rows)


def _ends_table(measured: Measurements, limits: Limits) -> Table:
    rows = []
    for topology in TOPOLOGIES:
        passages, reason = end_of(topology, measured, limits, SIZES[-1])
        rows.append([topology.name, f"{passages:,}", reason or "not below this"])
    memory, disk = limits.memory / GIGABYTE, limits.disk / GIGABYTE
    title = f"Where each ends: {memory:g} GB of memory, {disk:g} GB of disk, {limits.search:g} ms a search"
    return Table(title, ["way", "passages", "what ends it"], rows)


def _work_table(measured: Measurements, prices: Prices) -> Table:
    cores = cores_for(measured, 1000)
    rows = [
        ["processor time of a question, s", f"{measured.question_seconds:.2f}"],
        ["cores for a thousand questions an hour, half busy", f"{cores:.2f}"],
        ["their price a month", f"{cores * prices.core:.1f}"],
        ["processor time to take in a million passages, hours", f"{1e6 * measured.passage_seconds / 3600:.1f}"],
    ]
    return Table("Work, at any size", ["what", "figure"], rows)


def _surprise_table(measured: Measurements) -> Table:
    rows = []
    for name, growth in sorted(measured.growth.items()):
        surprise = growth.surprise()
        if surprise is not None:
            rows.append([name.replace("_", " "), f"{max(growth.measured):,}", f"{surprise:.0%}"])
    return Table(
        "How far the largest measured size lies outside what the smaller ones foretold",
        ["figure", "largest size", "outside"], rows,
    )  # fmt: skip


def _markdown(table: Table) -> str:
    lines = [table.columns, ["---"] * len(table.columns), *table.rows]
    return f"### {table.title[0].upper()}{table.title[1:]}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _pair(band: Band) -> Mapping[str, float]:
    return {"low": round(band.low, 2), "high": round(band.high, 2)}


def _gigabytes(band: Band) -> str:
    return _span(Band(band.low / GIGABYTE, band.high / GIGABYTE))


def _span(band: Band) -> str:
    low, high = _number(band.low), _number(band.high)
    return low if low == high else f"{low} to {high}"


def _number(value: float) -> str:
    """Two digits that mean something."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
