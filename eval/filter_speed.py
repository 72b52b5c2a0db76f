"""`python -m eval filters`: how long searches take under filters that keep more or less of a library."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer

from eval.clustered import ClusteredVectors, fill, words
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import DataDir, workspace
from index.catalogues import Catalogues
from index.database import open_database
from index.generations import Generations
from index.hit import Filters, Mode, SearchResult, Vector
from index.index import Index
from index.library import Library
from index.passages import passage_number
from index.scope import PUBLIC_ONLY

FILTERS = {
    "none": Filters(),
    "nothing fits": Filters(collection=("nowhere",)),
    "0.01 %": Filters(collection=("share 0.0001",)),
    "1 %": Filters(collection=("share 0.0001", "share 0.01")),
    "3 %, far from the query": Filters(language=("so",)),
    "30 %": Filters(collection=("share 0.0001", "share 0.01", "share 0.3")),
    "33 %, three fields": Filters(country=("IT",), type=("html",), year=tuple(range(2000, 2025))),
    "100 %": Filters(type=("html",)),
}
LIMIT = 10
QUERY_WORDS = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds without the embedding; `recall` is the share of the true nearest ones found by vector alone.

    `processor_p95` is what the processor spent: on a machine that does other things beside it says more than the clock.
    """

    kept: int
    p50: float
    p95: float
    processor_p95: float
    recall: float


def command(
    passages: Annotated[int, typer.Option(min=1000, help="Passages of the library.")] = 100_000,
    queries: Annotated[int, typer.Option(min=1, help="Searches under each filter.")] = 100,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Time searches with counts of all facets, in a library of made-up passages with clustered vectors."""
    vectors = ClusteredVectors()
    with workspace(data_dir) as settings:
        library = Library(open_database(settings.data_dir))
        index = Index(library, vectors, Generations(settings.data_dir / "generations", vectors.name))
        if not library.documents(PUBLIC_ONLY):
            fill(library, vectors, passages)
            index.settle(force=True)
        measured = {name: _measure(index, filters, queries) for name, filters in FILTERS.items()}
        index.close()
    publish(_report(measured), json_file, html_file)


def _report(measured: Mapping[str, Measured]) -> Report:
    columns = ("filter keeps", "passages", "p50 ms", "p95 ms", "processor p95 ms", f"recall@{LIMIT}")
    rows, figures = [], {}
    for name, one in measured.items():
        milliseconds = (one.p50, one.p95, one.processor_p95)
        rows.append((name, str(one.kept), *(f"{value:.1f}" for value in milliseconds), f"{one.recall:.3f}"))
        figures[name] = {
            "passages": one.kept, "p50_ms": one.p50, "p95_ms": one.p95, "processor_p95_ms": one.processor_p95,
            "recall": one.recall,
        }  # fmt: skip
    return Report("Filters", [Table("Search under filters", columns, rows)], figures)


def _measure(index: Index, filters: Filters, queries: int) -> Measured:
    random = np.random.default_rng(1)
    index.search(words(random, QUERY_WORDS), language="en", scope=PUBLIC_ONLY, filters=filters)  # opens what it reads
    exact = _Exact(index, filters)
    milliseconds, spent, recalls, kept = [], [], [], 0
    for _ in range(queries):
        query = words(random, QUERY_WORDS)
        before = time.process_time()
        result = index.search(query, language="en", scope=PUBLIC_ONLY, limit=LIMIT, filters=filters, counting=True)
        spent.append(1000 * (time.process_time() - before))
        milliseconds.append(result.timings.search)
        kept = result.counts.total
        dense = index.search(query, language="en", scope=PUBLIC_ONLY, limit=LIMIT, filters=filters, mode=Mode.DENSE)
        recalls.append(exact.recall(index.embedder.embed_query(query).vector, dense))
    p50, p95 = (round(float(np.percentile(milliseconds, share)), 2) for share in (50, 95))
    processor = round(float(np.percentile(spent, 95)), 2)
    return Measured(kept, p50, p95, processor, round(float(np.mean(recalls)), 4))


class _Exact:
    """All passages under the filters, to compare with each."""

    def __init__(self, index: Index, filters: Filters) -> None:
        with index.library.snapshot() as (_, reader):
            numbers = Catalogues().at(reader).select(PUBLIC_ONLY, filters).tolist()
            admitted = reader.chosen(numbers, PUBLIC_ONLY)
        self._numbers = np.array([item.number for item in admitted], dtype=np.int64)
        self._vectors = np.array([item.vector for item in admitted])

    def recall(self, vector: Vector, result: SearchResult) -> float:
        if not len(self._numbers):
            return float(not result.hits)
        nearest = self._numbers[np.argsort(-(self._vectors @ vector), kind="stable")[:LIMIT]]
        found = {passage_number(hit.passage.id) for hit in result.hits}
        return len(found & set(nearest.tolist())) / len(nearest)
