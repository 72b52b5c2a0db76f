"""`python -m eval crash`: kills `missiondesk ingest` in the middle, again and again, and looks at what is left."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from eval.product import ends_within, ingest_report, seconds_to_ready, start
from eval.remains import Remains, remains
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.revisions import Revisions

EARLIEST = 0.3
"""Kills fall between this share of an undisturbed run and its end: before it, Python is still importing."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run: whether it was killed or had ended by itself, after how long, and what was wrong afterwards."""

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
    """Kill `missiondesk ingest` with SIGKILL at random times, while it takes in changed documents.

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
        while sum(each.killed for each in rounds) < kills:
            last, held = _round(data, revisions, held, chance.uniform(EARLIEST, 1) * whole)
            rounds.append(last)
            if not last.killed:
                whole = min(whole, last.seconds)
        ready = seconds_to_ready(data)
        ingest_report(data, revisions.folder)
        ingest_report(undisturbed, revisions.folder)
        after, expected = remains(data), remains(undisturbed)
    differing = len(set(after.documents.items()) ^ set(expected.documents.items()))
    publish(_report(rounds, ready, differing, after), json_file, html_file)
    harmed = any(each.lost or each.duplicated or each.faults for each in rounds)
    if ready is None or differing or harmed or after.faults:
        raise typer.Exit(1)


def _round(data: Path, revisions: Revisions, before: Remains, seconds: float) -> tuple[Round, Remains]:
    """One run, and what it left. Documents that the library held `before` count as acknowledged."""
    revisions.advance()
    started = time.monotonic()
    process = start(data, "ingest", str(revisions.folder), "--audience", "public", "--json")
    killed = not ends_within(process, seconds)
    spent = time.monotonic() - started
    after = remains(data)
    found = Round(
        killed=killed,
        seconds=round(spent, 2),
        lost=len(before.documents.keys() - after.documents.keys()),
        duplicated=max(0, len(after.documents) - revisions.count()),
        faults=after.faults,
    )
    return found, after


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
        (str(number), "killed" if each.killed else "ended", f"{each.seconds:.2f}", str(each.lost), str(each.duplicated),
         "; ".join(each.faults) or "none")
        for number, each in enumerate(rounds, 1)
    ]  # fmt: skip
    totals = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    tables = [
        Table("Runs", ("run", "was", "after s", "lost", "duplicated", "faults"), runs),
        Table("In all", ("measure", "value"), totals),
    ]
    return Report("Crash", tables, figures)
