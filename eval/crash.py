"""`python -m eval crash`: kills `missiondesk ingest` in the middle, again and again, and looks at what is left."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from eval.product import finish, ingest_report, seconds_to_ready, start
from eval.remains import Remains, remains
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.revisions import Revisions

EARLIEST = 0.3
"""Kills fall between this share of an undisturbed run and its end: before it, Python is still importing."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One run: when it was killed (None: it had ended by itself) and what was wrong afterwards."""

    seconds: float | None
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
        rounds = []
        for _ in range(kills):
            kill, held = _kill(data, revisions, held, chance.uniform(EARLIEST, 1) * whole)
            rounds.append(kill)
        ready = seconds_to_ready(data)
        ingest_report(data, revisions.folder)
        ingest_report(undisturbed, revisions.folder)
        after, expected = remains(data), remains(undisturbed)
    differing = len(set(after.documents.items()) ^ set(expected.documents.items()))
    publish(_report(rounds, ready, differing, after), json_file, html_file)
    harmed = any(kill.lost or kill.duplicated or kill.faults for kill in rounds)
    if ready is None or differing or harmed or after.faults:
        raise typer.Exit(1)


def _kill(data: Path, revisions: Revisions, before: Remains, seconds: float) -> tuple[Kill, Remains]:
    """One killed run, and what it left. Documents that the library held `before` count as acknowledged."""
    revisions.advance()
    process = start(data, "ingest", str(revisions.folder), "--audience", "public", "--json")
    time.sleep(seconds)
    process.kill()
    code, _, _ = finish(process)
    after = remains(data)
    kill = Kill(
        seconds=round(seconds, 2) if code < 0 else None,
        lost=len(before.documents.keys() - after.documents.keys()),
        duplicated=max(0, len(after.documents) - revisions.count()),
        faults=after.faults,
    )
    return kill, after


def _report(rounds: list[Kill], ready: float | None, differing: int, after: Remains) -> Report:
    figures: dict[str, object] = {
        "kills": sum(kill.seconds is not None for kill in rounds),
        "ended_before_the_kill": sum(kill.seconds is None for kill in rounds),
        "lost": sum(kill.lost for kill in rounds),
        "duplicated": sum(kill.duplicated for kill in rounds),
        "faults": [fault for kill in rounds for fault in kill.faults] + list(after.faults),
        "differing_from_an_undisturbed_run": differing,
        "server_ready_seconds": None if ready is None else round(ready, 1),
    }
    runs = [
        (str(number), "-" if kill.seconds is None else f"{kill.seconds:.2f}", str(kill.lost), str(kill.duplicated),
         "; ".join(kill.faults) or "none")
        for number, kill in enumerate(rounds, 1)
    ]  # fmt: skip
    totals = [(name.replace("_", " "), str(value)) for name, value in figures.items()]
    tables = [
        Table("Runs", ("run", "killed after s", "lost", "duplicated", "faults"), runs),
        Table("In all", ("measure", "value"), totals),
    ]
    return Report("Crash", tables, figures)
