"""`python -m eval workers`: pages a second that two workers take in, over those of one.

Each worker is held to a core and a thread of its own, as on a machine of its own. On a machine of two cores the server,
the database and nginx take their time from the same cores, which the factor on the clock includes; the factor by the
workers' processor time tells what the workers cost each other.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
SECTIONS = 5
"""Passages of a page, as pages of offices have them."""
_LOOK_SECONDS = 0.2
_WARMING = 10


@dataclass(frozen=True, slots=True)
class Timed:
    """A run: seconds on the clock, and of processor time by service."""

    seconds: float
    processor: Mapping[str, float]


def command(
    pages: Annotated[int, typer.Option(min=10, max=20_000, help="Pages of each run.")] = 200,
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
            timed = [measuring.run(pages) for _ in range(runs)]
    return _report(pages, [one for one, _ in timed], [two for _, two in timed])


def _alone(core: int) -> Sequence[str]:
    """Words before a command that hold it to one core and its models to one thread."""
    return ("taskset", "--cpu-list", str(core), "env", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1")


class _Measuring:
    """Runs whose pages are new each time: what was embedded once would not be again."""

    def __init__(self, standing: Topology) -> None:
        self._standing = standing
        self._sent = 0

    def run(self, pages: int) -> tuple[Timed, Timed]:
        """Of one worker, and of both."""
        second = self._standing.services[_WORKERS[1]]
        second.stop()
        one = self._timed(pages)
        second.start()
        second.wait()
        return one, self._timed(pages)

    def _timed(self, pages: int) -> Timed:
        sender = Sender(self._standing.address, self._standing.keys[0])
        before = self._processor_seconds()
        started = time.perf_counter()
        sender.send(pages, start=self._sent, sections=SECTIONS)
        self._sent += pages
        sender.wait(_LOOK_SECONDS)
        seconds = time.perf_counter() - started
        if set(sender.stages()) != {"done"}:
            raise httpx.HTTPError(f"Jobs did not end well: {dict(sender.stages())}")
        after = self._processor_seconds()
        return Timed(seconds, {name: after[name] - before[name] for name in before})

    def _processor_seconds(self) -> dict[str, float]:
        return {service.name: service.processor_seconds() for service in self._standing.all()}


def _report(pages: int, alone: Sequence[Timed], together: Sequence[Timed]) -> Report:
    one, two = [run.seconds for run in alone], [run.seconds for run in together]
    factors = [first / second for first, second in zip(one, two, strict=True)]
    factor = median(factors)
    services = list(alone[0].processor)
    used = {name: [_a_page(runs, name, pages) for runs in (alone, together)] for name in services}
    rows = [
        ("one worker, pages a second", f"{pages / median(one):.2f}", ""),
        ("two workers, pages a second", f"{pages / median(two):.2f}", ""),
        ("factor, median", f"{factor:.2f}", REACHED if factor >= AIM_FACTOR else NOT_REACHED),
        ("factor by the workers' processor time alone", f"{_own_factor(used):.2f}", ""),
        ("factor, each run", ", ".join(f"{each:.2f}" for each in factors), ""),
    ]
    figures = {
        "pages": pages,
        "one_seconds": [round(each, 2) for each in one], "two_seconds": [round(each, 2) for each in two],
        "factors": [round(each, 3) for each in factors], "factor": round(factor, 3),
        "processor_milliseconds_a_page": used, "factor_by_processor_time": round(_own_factor(used), 3),
    }  # fmt: skip
    title = f"Two workers beside each other, {pages} pages a run, one core each"
    work = Table(
        "Processor time, ms a page",
        ("service", "with one worker", "with two"),
        [(name, *(f"{each:.0f}" for each in of_both)) for name, of_both in used.items()],
    )
    return Report("Workers", [Table(title, ("what", "figure", "aim"), rows), work], figures)


def _own_factor(used: Mapping[str, Sequence[float]]) -> float:
    """What machines of their own would bring, as long as the services between them have room."""
    first, second = (used[name] for name in _WORKERS)
    return first[0] / max(first[1], second[1])


def _a_page(runs: Sequence[Timed], service: str, pages: int) -> float:
    return round(1000 * median(run.processor[service] for run in runs) / pages, 1)
