"""Searches timed on synthetic libraries of several sizes; what `python -m eval speed --search` prints."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.fresh_process import in_fresh_process
from eval.library_process import build, fill
from eval.product import seconds_to_ready
from eval.report import Report, Table
from eval.search_process import LIMIT, MODES, recall, search, search_with_model
from eval.synthetic import SyntheticLibrary
from eval.workspace import bytes_of, workspace
from index.hit import Mode

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table: its name, the key and the unit of the figure, and the figure that the design asks for."""

    name: str
    key: str
    wanted: dict[int, str] | None = None


_P95 = {10_000: "≤ 10", 100_000: "≤ 30", 1_000_000: "≤ 80"}
_MEASURES = (
    Measure("search without embedding, p50 ms", "hybrid_p50_ms"),
    Measure("search without embedding, p95 ms", "hybrid_p95_ms", _P95),
    Measure("vectors alone, p50 ms", "dense_p50_ms"),
    Measure("vectors alone, p95 ms", "dense_p95_ms"),
    Measure("keywords alone, p50 ms", "keywords_p50_ms"),
    Measure("keywords alone, p95 ms", "keywords_p95_ms"),
    Measure("search with embedding, p50 ms", "embedded_p50_ms"),
    Measure("search with embedding, p95 ms", "embedded_p95_ms"),
    Measure(f"recall@{LIMIT} of exact search", "recall", dict.fromkeys(_P95, "≥ 0.98")),
    Measure("first answer of a new process, s", "first_answer_seconds"),
    Measure("server ready, s", "server_ready_seconds", {100_000: "≤ 10"}),
    Measure("memory of a process that searches, MB", "search_megabytes", {100_000: "≤ 1500"}),
    Measure("building the generation, s", "build_seconds"),
    Measure("building the generation, passages/s", "build_passages_per_second"),
    Measure("memory of the build at most, MB", "build_megabytes"),
    Measure("library on disk, MB", "library_megabytes"),
    Measure("generation on disk, MB", "generation_megabytes"),
    Measure("writing the library, s", "fill_seconds"),
)


def measure(sizes: Sequence[int], queries: int) -> Report:
    """Fill, build and search a library of each size, one after the other. Every step runs in a process of its own."""
    figures = {str(size): _measured(size, queries) for size in sizes}
    rows = [
        [measure.name, *(str(figures[str(size)][measure.key]) for size in sizes), _wanted(measure, sizes)]
        for measure in _MEASURES
    ]
    columns = ["measure", *(f"{size:,}" for size in sizes), "to reach"]
    return Report("Search speed", [Table(f"Search, {queries} queries, by passages", columns, rows)], figures)


def _measured(size: int, queries: int) -> dict[str, float | None]:
    library = SyntheticLibrary(size)
    asked = library.queries(queries)
    with workspace() as settings:
        started = time.perf_counter()
        in_fresh_process(fill, settings.data_dir, library)
        filled = time.perf_counter() - started
        built = in_fresh_process(build, settings.data_dir)
        searches = in_fresh_process(search, settings.data_dir, asked)
        embedded = in_fresh_process(search_with_model, settings.data_dir, asked)
        ready = seconds_to_ready(settings.data_dir)
        generations = bytes_of(settings.data_dir / "generations")
        whole = bytes_of(settings.data_dir)
    exact = library.exact(np.stack([query.embedded.vector for query in asked]), LIMIT)
    return {
        **_percentiles("embedded", embedded),
        **{key: value for mode in MODES for key, value in _percentiles(mode, searches.milliseconds[mode]).items()},
        "recall": round(recall(searches.found, exact.tolist()), 4),
        "first_answer_seconds": round(searches.first_seconds, 2),
        "server_ready_seconds": ready and round(ready, 2),
        "search_megabytes": round(searches.memory / MEGABYTE),
        "build_seconds": round(built.seconds, 1),
        "build_passages_per_second": round(library.documents * 10 / built.seconds),
        "build_megabytes": round(built.memory / MEGABYTE),
        "library_megabytes": round((whole - generations) / MEGABYTE, 1),
        "generation_megabytes": round(generations / MEGABYTE, 1),
        "fill_seconds": round(filled, 1),
    }


def _percentiles(name: str | Mode, milliseconds: Sequence[float]) -> dict[str, float]:
    middle, high = np.percentile(milliseconds, [50, 95])
    return {f"{name}_p50_ms": round(float(middle), 2), f"{name}_p95_ms": round(float(high), 2)}


def _wanted(measure: Measure, sizes: Sequence[int]) -> str:
    return ", ".join(measure.wanted[size] for size in sizes if measure.wanted and size in measure.wanted)
