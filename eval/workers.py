"""`python -m eval workers`: pages a second that two workers take in, over those of one.

Each worker has one core and one thread to itself, as on a machine of its own; the database has the rest. So the factor
tells what the workers cost each other: their turns at writing, and the database's work.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import typer

from eval.report import NOT_REACHED, REACHED, HtmlFile, JsonFile, Report, Table, publish
from eval.topology_services import Topology, topology
from eval.topology_upload import Sender

AIM_FACTOR = 1.7
_SERVERS = ("chroma", "api-1", "nginx")
_WORKERS = ("worker-1", "worker-2")
_LOOK_SECONDS = 0.2
_WARMING = 10


def command(
    pages: Annotated[int, typer.Option(min=10, max=20_000, help="Pages of each run.")] = 300,
    runs: Annotated[int, typer.Option(min=1, max=20, help="Runs with one worker and with two, in turn.")] = 3,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Send pages to a server without a worker, and let one worker or two read them.

    The times of one and of two stand next to each other, so that what else the machine does falls on both.
    """
    publish(measured(pages, runs), json_file, html_file)


def measured(pages: int, runs: int) -> Report:
    """All of it, in a folder that is thrown away."""
    cores = sorted(os.sched_getaffinity(0))
    before = {name: _alone(cores[number % len(cores)]) for number, name in enumerate(_WORKERS)}
    with tempfile.TemporaryDirectory(prefix="missiondesk-eval-") as name:
        extra = {"min_free_megabytes": "0"}
        with topology(Path(name), extra, (*_SERVERS, *_WORKERS), before) as standing:
            measuring = _Measuring(standing)
            measuring.run(_WARMING)
            seconds = [measuring.run(pages) for _ in range(runs)]
    return _report(pages, [one for one, _ in seconds], [two for _, two in seconds])


def _alone(core: int) -> Sequence[str]:
    """Words before a command that hold it to one core and its models to one thread."""
    return ("taskset", "--cpu-list", str(core), "env", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1")


class _Measuring:
    """Runs whose pages are new each time: what was embedded once would not be again."""

    def __init__(self, standing: Topology) -> None:
        self._standing = standing
        self._sent = 0

    def run(self, pages: int) -> tuple[float, float]:
        """Seconds of one worker, and of both."""
        second = self._standing.services[_WORKERS[1]]
        second.stop()
        one = self._timed(pages)
        second.start()
        second.wait()
        return one, self._timed(pages)

    def _timed(self, pages: int) -> float:
        sender = Sender(self._standing.address, self._standing.keys[0])
        started = time.perf_counter()
        sender.send(pages, start=self._sent)
        self._sent += pages
        while sender.stages()["open"]:
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - started
        if set(sender.stages()) != {"done"}:
            raise httpx.HTTPError(f"Jobs did not end well: {dict(sender.stages())}")
        return seconds


def _report(pages: int, one: Sequence[float], two: Sequence[float]) -> Report:
    factors = [alone / together for alone, together in zip(one, two, strict=True)]
    factor = median(factors)
    rows = [
        ("one worker, pages a second", f"{pages / median(one):.2f}", ""),
        ("two workers, pages a second", f"{pages / median(two):.2f}", ""),
        ("factor, median", f"{factor:.2f}", REACHED if factor >= AIM_FACTOR else NOT_REACHED),
        ("factor, each run", ", ".join(f"{each:.2f}" for each in factors), ""),
    ]
    figures = {
        "pages": pages,
        "one_seconds": [round(each, 2) for each in one], "two_seconds": [round(each, 2) for each in two],
        "factors": [round(each, 3) for each in factors], "factor": round(factor, 3),
    }  # fmt: skip
    title = f"Two workers beside each other, {pages} pages a run, one core each"
    return Report("Workers", [Table(title, ("what", "figure", "aim"), rows)], figures)
