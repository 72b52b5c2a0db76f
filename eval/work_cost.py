"""`python -m eval cost`: seconds of processor time that a question and a passage take, beside those on the clock."""

from __future__ import annotations

import resource
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import typer

from assistant.wiring import open_library
from eval.gold import read_questions
from eval.ingest import first_ingest
from eval.load import SAMPLES, fill
from eval.processor_time import own_seconds
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.server_process import server_process
from eval.workspace import workspace

_SETTINGS = "min_free_megabytes = 0"
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Cost:
    """Of each of so many things: seconds of processor time, and on the clock."""

    count: int
    processor: float
    clock: float


def command(
    pages: Annotated[Path, typer.Argument(metavar="PAGES_DIR", help="Folder of pages to take in.")],
    rounds: Annotated[int, typer.Option(min=1, help="How often each of the samples' questions is asked.")] = 5,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ask a real server one question after the other, and take a folder in, both with warm models.

    Processor time hardly depends on what else a machine does; the clock does.
    """
    publish(report(question_cost(rounds), passage_cost(pages)), json_file, html_file)


def question_cost(rounds: int) -> Cost:
    """Of questions that are answered verbatim, by a server over the samples."""
    questions = [question.text for question in read_questions(SAMPLES / "questions.jsonl")]
    with tempfile.TemporaryDirectory(prefix="missiondesk-eval-") as name:
        folder = Path(name)
        fill(folder / "data")
        with server_process(folder, _SETTINGS) as server, httpx.Client(base_url=server.address, timeout=60) as client:
            for question in questions:
                _ask(client, question)
            started = own_seconds(server.process.pid)
            times = [_ask(client, question) for _ in range(rounds) for question in questions]
            spent = own_seconds(server.process.pid) - started
    return Cost(len(times), spent / len(times), median(times))


def passage_cost(pages: Path) -> Cost:
    """Of passages taken in, from the file to the library."""
    with workspace() as settings:
        before = _own_processor_seconds()
        first = first_ingest(settings, pages)
        spent = _own_processor_seconds() - before
        with closing(open_library(settings)) as library, library.snapshot() as (revision, reader):
            passages = sum(1 for _ in reader.entries(0, revision))
    return Cost(passages, spent / passages, first.seconds / passages)


def report(question: Cost, passage: Cost) -> Report:
    rows = [
        (name, str(cost.count), f"{cost.processor:.4f}", f"{cost.clock:.4f}", f"{_HOUR / cost.processor:,.0f}")
        for name, cost in (("question, answered verbatim", question), ("passage taken in", passage))
    ]
    figures = {
        "questions": question.count,
        "question_processor_seconds": round(question.processor, 5),
        "question_clock_seconds": round(question.clock, 5),
        "passages": passage.count,
        "passage_processor_seconds": round(passage.processor, 5),
        "passage_clock_seconds": round(passage.clock, 5),
    }
    columns = ("what", "measured", "processor, s each", "clock, s each", "an hour on one core")
    return Report("What work costs", [Table("Warm models, one after the other", columns, rows)], figures)


def _ask(client: httpx.Client, question: str) -> float:
    started = time.perf_counter()
    client.post("/v1/ask", json={"question": question}).raise_for_status()
    return time.perf_counter() - started


def _own_processor_seconds() -> float:
    """Of this process and of its children that have ended: the readers of files end with their pool."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
