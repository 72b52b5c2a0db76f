"""`python -m eval topology`: several servers and workers over one database, while each process is killed once.

Then the servers are restarted one after the other as an upgrade does it, while questions go on.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from eval.gold import read_questions
from eval.load import SAMPLES
from eval.load_client import Chat, Door, chats_while
from eval.report import HtmlFile, JsonFile, Report, publish
from eval.stub_model import stub_model
from eval.topology_report import Outage, Run, report
from eval.topology_services import Process, Service, Topology, topology
from eval.topology_upload import Sender, missing

OUTAGE_SECONDS = 1.0
"""From the death of a process to its start, as whoever watches over it would need."""
PATIENCE_SECONDS = 30.0
"""Who is refused a connection tries again so long: nobody but the client can, while nginx itself is away."""
LONGEST_SECONDS = 300.0
"""Of a chat. Everything runs on one machine here: how long an answer takes is not what is measured."""
CHAT_SECONDS = "120"
"""For the stub model, which waits for the same cores as everything else here."""
AFTER_SECONDS = 3.0
"""Between a process that is back and the next one that is killed."""
_DONE_SECONDS = 3600.0


def command(
    documents: Annotated[int, typer.Option(min=1, max=20_000, help="Documents that are sent.")] = 500,
    streams: Annotated[int, typer.Option(min=1, max=1000, help="Chats at a time.")] = 50,
    seconds: Annotated[float, typer.Option(min=0.1, max=50, help="How long the stub model writes an answer.")] = 10.0,
    rolling: Annotated[bool, typer.Option(help="Also restart each server in turn, as an upgrade does.")] = True,
    kill: Annotated[str, typer.Option(help="Services to kill, with commas; all: each one once.")] = "all",
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Start PostgreSQL, Chroma, two servers, two workers and nginx on this machine, as compose.replicas.yaml says.

    Exit code 1 where a document is lost, or an answer fails that was not in flight when its process was killed.
    """
    found = measured(documents, streams, seconds, kill, rolling)
    publish(found, json_file, html_file)
    if not found.figures["passed"]:
        raise typer.Exit(1)


def measured(documents: int, streams: int, seconds: float, kill: str, rolling: bool) -> Report:
    """All of it, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="missiondesk-eval-") as name, stub_model(seconds) as model:
        extra = {"chat_model": "openai:stub", "chat_base_url": model, "min_free_megabytes": "0"}
        extra |= {"chat_seconds": CHAT_SECONDS, "chat_first_token_seconds": CHAT_SECONDS}
        with topology(Path(name), extra) as standing:
            sender = Sender(standing.address, standing.keys[0])
            _seed(standing)
            people = _People(standing, streams, seconds)
            killed = _while_asked(people, lambda: _killing(standing, sender, documents, kill))
            faults = missing(sender.texts(), documents)
            stages = sender.stages()
            restarted = _while_asked(people, lambda: _rolling(standing)) if rolling else None
    return report(killed, restarted, documents, faults, dict(stages), sender.repeated, streams, seconds)


@dataclass(frozen=True, slots=True)
class _People:
    standing: Topology
    streams: int
    seconds: float

    def ask(self, going_on: Callable[[], bool], started: float) -> list[Chat]:
        questions = [question.text for question in read_questions(SAMPLES / "questions.jsonl") if question.answerable]
        door = Door(self.standing.port, self.standing.keys, PATIENCE_SECONDS, LONGEST_SECONDS)
        return asyncio.run(chats_while(door, questions, self.streams, going_on, self.seconds, started))


def _while_asked(people: _People, work: Callable[[], list[Outage]]) -> Run:
    """What happens meanwhile, and the chats. Times of both count from the same moment."""
    ended = threading.Event()
    started = time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(people.ask, lambda: not ended.is_set(), started)
        try:
            outages = work()
            time.sleep(AFTER_SECONDS)
        finally:
            ended.set()
        chats = asking.result()
    span = time.perf_counter() - started
    return Run(chats, [outage.since(started) for outage in outages], span)


def _seed(standing: Topology) -> None:
    """The samples, which the questions are about."""
    sender = Sender(standing.address, standing.keys[0])
    sender.send_files([(path.name, path.read_bytes()) for path in sorted((SAMPLES / "documents").glob("*.*"))])
    _until_done(sender)


def _until_done(sender: Sender) -> None:
    until = time.monotonic() + _DONE_SECONDS
    while sender.stages()["open"] and time.monotonic() < until:
        time.sleep(0.5)


def _killing(standing: Topology, sender: Sender, documents: int, kill: str) -> list[Outage]:
    """Send documents, and kill one service after the other on the way."""
    victims = [each for each in standing.all() if kill == "all" or each.name in kill.split(",")]
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(sender.send, documents)
        outages = []
        for victim in victims:
            outages.append(_outage(victim))
            time.sleep(AFTER_SECONDS)
        sending.result()
    _until_done(sender)
    return outages


def _outage(victim: Service) -> Outage:
    killed = time.perf_counter()
    victim.kill()
    gone = time.perf_counter()
    _say(f"killed {victim.name}")
    time.sleep(OUTAGE_SECONDS)
    started = time.perf_counter()
    victim.start()
    victim.wait()
    back = time.perf_counter()
    _say(f"{victim.name} works again after {back - started:.1f} s")
    return Outage(victim.name, killed, gone, started, back)


def _rolling(standing: Topology) -> list[Outage]:
    """As docs/deployment.md says: the next one is stopped when the last one is ready."""
    outages = [_restarted(service) for service in (*standing.named("worker"), *standing.named("api"))]
    nginx = standing.services["nginx"]
    begun = time.perf_counter()
    _reload(nginx)
    return [*outages, Outage("nginx (reload)", begun, begun, begun, time.perf_counter())]


def _restarted(service: Process) -> Outage:
    told = time.perf_counter()
    code = service.stop()
    gone = started = time.perf_counter()
    service.start()
    service.wait()
    back = time.perf_counter()
    _say(f"restarted {service.name} in {back - told:.1f} s")
    return Outage(service.name, told, gone, started, back, code)


def _reload(nginx: Process) -> None:
    if nginx.process is not None:
        nginx.process.send_signal(signal.SIGHUP)
    nginx.wait()


def _say(words: str) -> None:
    """It takes minutes: what is under way is told to people, apart from what is measured."""
    print(words, file=sys.stderr, flush=True)
