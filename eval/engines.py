"""`python -m eval engines`: what each engine of vectors brings and costs, one after the other, on the same vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Protocol

import numpy as np
import typer

from eval.chroma_process import ChromaProcess
from eval.engine_names import chosen_engines
from eval.engine_runs import fill, search, seconds_until_back
from eval.fresh_process import in_fresh_process
from eval.postgresql_server import PostgresServer, pgvector_programs
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.search_process import LIMIT
from eval.synthetic import SyntheticLibrary
from eval.workspace import bytes_of

ENGINES = ("embedded", "chroma", "pgvector", "milvus")
MEGABYTE = 1_000_000

_MEASURES = {
    f"recall@{LIMIT} of exact search": "recall",
    "search, p50 ms": "p50_ms",
    "search, p95 ms": "p95_ms",
    "first answer of a new process, s": "first_seconds",
    "taking in, passages/s": "passages_per_second",
    "memory of a client that searches, MB": "client_megabytes",
    "memory of a client that fills, at most, MB": "filling_megabytes",
    "memory of the server, MB": "server_megabytes",
    "on disk, MB": "disk_megabytes",
    "back after a kill, s": "back_seconds",
}


class Server(Protocol):
    """One that can be killed and started again over the same files."""

    @property
    def pid(self) -> int: ...

    def start(self) -> None: ...

    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Engine:
    """`address` as in the setting `vectors_url`; an engine without a `server` runs in the client."""

    address: str
    folder: Path
    server: Server | None = None


def command(
    passages: Annotated[int, typer.Option(min=100, help="Size of the made-up library.")] = 100_000,
    queries: Annotated[int, typer.Option(min=10, help="Searches.")] = 200,
    engines: Annotated[str, typer.Option(help="Which, with commas between; milvus needs pymilvus and milvus-lite.")] = (
        "embedded,chroma,pgvector"
    ),
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Fill each engine with the same vectors, search it from a new process, kill its server and wait for it.

    Searches are one after the other, for as many passages as the product asks for.
    """
    names = chosen_engines(engines, ENGINES)
    library = SyntheticLibrary(passages)
    asked = np.stack([query.embedded.vector for query in library.queries(queries)])
    exact = library.exact(asked, LIMIT).tolist()
    figures: dict[str, dict[str, float | None]] = {}
    for name in names:
        with _running(name) as engine:
            figures[name] = _measured(engine, library, asked, exact)
    rows = [[title, *(_cell(figures[name][key]) for name in names)] for title, key in _MEASURES.items()]
    table = Table(f"Engines of vectors, {passages:,} passages, {queries} queries", ["measure", *names], rows)
    publish(Report("Engines", [table], {"passages": passages, "engines": figures}), json_file, html_file)


def _measured(
    engine: Engine, library: SyntheticLibrary, queries: np.ndarray, exact: list[list[int]]
) -> dict[str, float | None]:
    filled = in_fresh_process(fill, engine.address, engine.folder, library)
    searched = in_fresh_process(search, engine.address, engine.folder, queries, exact)
    server = engine.server
    held = _memory(server.pid) if server else None
    back = None
    if server is not None:
        server.kill()
        server.start()
        back = round(in_fresh_process(seconds_until_back, engine.address, engine.folder, queries[0]), 2)
    middle, high = np.percentile(searched.milliseconds, [50, 95])
    return {
        "recall": round(searched.recall, 4),
        "p50_ms": round(float(middle), 2),
        "p95_ms": round(float(high), 2),
        "first_seconds": round(searched.first_seconds, 2),
        "passages_per_second": round(10 * library.documents / filled.seconds),
        "client_megabytes": round(searched.memory / MEGABYTE),
        "filling_megabytes": round(filled.memory / MEGABYTE),
        "server_megabytes": held and round(held / MEGABYTE),
        "disk_megabytes": round(bytes_of(engine.folder) / MEGABYTE, 1),
        "back_seconds": back,
    }


@contextmanager
def _running(name: str) -> Iterator[Engine]:
    with TemporaryDirectory(prefix="missiondesk-engines-") as place:
        folder = Path(place)
        if name == "chroma":
            chroma = ChromaProcess(folder)
            chroma.start()
            try:
                yield Engine(chroma.url, folder, chroma)
            finally:
                chroma.kill()
        elif name == "pgvector":
            with _pgvector(folder) as engine:
                yield engine
        else:
            yield Engine("milvus:" if name == "milvus" else "", folder)


@contextmanager
def _pgvector(folder: Path) -> Iterator[Engine]:
    postgres = PostgresServer(folder, pgvector_programs())
    postgres.make()
    postgres.start()
    try:
        yield Engine(postgres.url(folder), folder, postgres)
    finally:
        postgres.stop()


def _memory(pid: int) -> int:
    """Bytes that a process and its children hold; what several share counts once (proportional set size)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    held = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    return held + sum(_memory(int(child)) for child in children)


def _cell(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:g}"
