"""`python -m eval crash`: kills `missiondesk ingest` in the middle, again and again, and looks at what is left."""

from __future__ import annotations

import random
import signal
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Annotated

import typer

from eval.kill_points import POINTS
from eval.product import ends_within, finish, ingest_report, seconds_to_ready, start, start_with_kill
from eval.remains import Remains, remains
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.revisions import Revisions

EARLIEST = 0.3
"""Kills fall between this share of an undisturbed run and its end: before it, Python is still importing."""
LATEST_CALL = 3
"""A named point is met at one of its first so many calls; a run that comes there less often ends by itself."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run: where it was to be killed, whether it was, after how long, and what was wrong afterwards."""

    point: str
    killed: bool
    seconds: float
    lost: int
    duplicated: int
    faults: tuple[str, ...]


def command(
    documents: Annotated[Path, typer.Option(help="Folder of documents; it is copied, not changed.")],
    kills: Annotated[int, typer.Option(min=1, help="How often to kill.")] = 30,
    seed: Annotated[int, typer.Option(help="Settles when the kills fall.")] = 1,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Kill `missiondesk ingest` with SIGKILL, at random times and at named points in turn, while it takes in documents.

    Exit code 1 if a document was lost, half visible or duplicated, or if the server was not ready afterwards.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="missiondesk-crash-") as folder:
        data, undisturbed = Path(folder, "data"), Path(folder, "undisturbed")
        revisions = Revisions.of(documents, Path(folder, "documents"), chance)
        started = time.monotonic()
        ingest_report(data, revisions.folder)
        whole = time.monotonic() - started
        held = remains(data)
        rounds: list[Round] = []
        points = cycle(POINTS)
        while sum(each.killed for each in rounds) < kills:
            if len(rounds) % 2:
                last, held = _named(data, revisions, held, next(points), chance.randint(1, LATEST_CALL))
            else:
                last, held = _timed(data, revisions, held, chance.uniform(EARLIEST, 1) * whole)
                whole = whole if last.killed else min(whole, last.seconds)
            rounds.append(last)
        ready = seconds_to_ready(data)
        ingest_report(data, revisions.folder)
        ingest_report(undisturbed, revisions.folder)
        after, expected = remains(data), remains(undisturbed)
    differing = len(set(after.documents.items()) ^ set(expected.documents.items()))
    publish(_report(rounds, ready, differing, after), json_file, html_file)
    harmed = any(each.lost or each.duplicated or each.faults for each in rounds)
    if ready is None or differing or harmed or after.faults:
        raise typer.Exit(1)


def _timed(data: Path, revisions: Revisions, before: Remains, seconds: float) -> tuple[Round, Remains]:
    """One run that is killed after so many seconds, and what it left."""
    revisions.advance()
    started = time.monotonic()
    killed = not ends_within(start(data, *_arguments(revisions)), seconds)
    return _judged("a random time", killed, time.monotonic() - started, data, revisions, before)


def _named(data: Path, revisions: Revisions, before: Remains, point: str, call: int) -> tuple[Round, Remains]:
    """One run that dies at a named point, and what it left."""
    revisions.advance()
    started = time.monotonic()
    code, _, _ = finish(start_with_kill(data, point, call, *_arguments(revisions)))
    killed = code == -signal.SIGKILL
    return _judged(f"{point}, call {call}", killed, time.monotonic() - started, data, revisions, before)


def _arguments(revisions: Revisions) -> tuple[str, ...]:
    return ("ingest", str(revisions.folder), "--audience", "public", "--json")


def _judged(
    point: str, killed: bool, seconds: float, data: Path, revisions: Revisions, before: Remains
) -> tuple[Round, Remains]:
    """Documents that the library held `before` count as acknowledged."""
    after = remains(data)
    lost, duplicated = before.documents.keys() - after.documents.keys(), len(after.documents) - revisions.count()
    return Round(point, killed, round(seconds, 2), len(lost), max(0, duplicated), after.faults), after


def _report(rounds: list[Round], ready: float | None, differing: int, after: Remains) -> Report:
    figures: dict[str, object] = {
        "kills": sum(each.killed for each in rounds),
        "ended_before_the_kill": sum(not each.killed for each in rounds),
        "lost": sum(each.lost for each in rounds),
        "duplicated": sum(each.duplicated for each in rounds),
        "faults": [fault for each in rounds for fault in each.faults] + list(after.faults),
        "differing_from_an_undisturbed_run": differing,
        "server_ready_seconds": None if ready is None else round(ready, 1),
    }
    runs = [
        (str(number), each.point, "killed" if each.killed else "ended", f"{each.seconds:.2f}", str(each.lost),
         str(each.duplicated), "; ".join(each.faults) or "none")
        for number, each in enumerate(rounds, 1)
    ]  # fmt: skip
    totals = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    tables = [
        Table("Runs", ("run", "at", "was", "after s", "lost", "duplicated", "faults"), runs),
        Table("In all", ("measure", "value"), totals),
    ]
    return Report("Crash", tables, figures)
