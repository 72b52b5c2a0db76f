"""`python -m eval load`: many streamed chats at once with a real server, and chats while it takes documents in."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import typer

from assistant.settings import load_settings
from assistant.wiring import open_index
from eval.gold import read_questions
from eval.load_client import chats
from eval.load_report import Load, report
from eval.report import HtmlFile, JsonFile, Report, publish
from eval.server_process import ServerProcess, server_process
from eval.stub_model import stub_model
from index.document import Audience
from ingest.pipeline import ingest

SAMPLES = Path(__file__).parents[1] / "samples"
FEW = 2
"""Chats at a time while the effect of documents being taken in is measured."""
SHORT_SECONDS = 0.5
"""Of the stub's answers then: most of the time is the server's own."""
_LOOK_SECONDS = 2.0


def command(
    streams: Annotated[int, typer.Option(min=1, max=1000, help="Chats at a time.")] = 200,
    minutes: Annotated[float, typer.Option(min=0.05, help="How long they go on.")] = 10.0,
    seconds: Annotated[float, typer.Option(min=0.1, max=50, help="How long the stub model writes an answer.")] = 30.0,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Start a server over the samples with a stub chat model, and chat with it.

    Its own delay to the first event is what the client waits: the stub is asked afterwards. The chats of the second
    part are few and short, once by themselves and once while documents are taken in.
    """
    publish(measured(streams, 60 * minutes, seconds), json_file, html_file)


def measured(streams: int, duration: float, seconds: float) -> Report:
    """All of it, in a folder that is thrown away."""
    questions = [question.text for question in read_questions(SAMPLES / "questions.jsonl") if question.answerable]
    with tempfile.TemporaryDirectory(prefix="missiondesk-eval-") as name:
        folder = Path(name)
        fill(folder / "data")
        with stub_model(seconds) as model, server_process(folder, server_settings(model, streams)) as server:
            load = _loaded(server, questions, streams, duration, seconds)
        with stub_model(SHORT_SECONDS) as model, server_process(folder, server_settings(model, FEW)) as server:
            span = min(60.0, duration)
            asyncio.run(chats(server.port, questions, FEW, span / 5, 0))  # warms the models
            idle = asyncio.run(chats(server.port, questions, FEW, span, 0))
            with _taking_in(server):
                busy = asyncio.run(chats(server.port, questions, FEW, span, 0))
    return report(load, idle, busy, streams, seconds)


def fill(data_dir: Path) -> None:
    """A library of the samples, with its generation."""
    with closing(open_index(load_settings(data_dir=data_dir))) as index:
        documents = str(SAMPLES / "documents")
        ingest([documents], lambda: index, index.library, audience=Audience.PUBLIC)
        index.settle(force=True)


def server_settings(model: str, streams: int) -> str:
    """Lines of a settings file for a stub at this address and so many chats at a time."""
    lines = (
        'chat_model = "openai:stub"', f'chat_base_url = "{model}"', "min_free_megabytes = 0",
        f"most_questions = {streams}",
    )  # fmt: skip
    return "\n".join(lines)


def _loaded(server: ServerProcess, questions: Sequence[str], streams: int, duration: float, seconds: float) -> Load:
    held: list[tuple[float, int]] = []
    ended = threading.Event()
    started = time.perf_counter()

    def look() -> None:
        while not ended.wait(_LOOK_SECONDS):
            held.append((time.perf_counter() - started, server.memory()))

    asyncio.run(chats(server.port, questions, FEW, 1, 0))
    looking = threading.Thread(target=look)
    looking.start()
    try:
        done = asyncio.run(chats(server.port, questions, streams, duration, seconds))
    finally:
        ended.set()
        looking.join()
    return Load(done, held)


@contextmanager
def _taking_in(server: ServerProcess) -> Iterator[None]:
    """Documents that are new each time are taken in until the block ends."""
    ended = threading.Event()

    def upload() -> None:
        text = "\n\n".join(path.read_text("utf-8") for path in sorted((SAMPLES / "documents").glob("*.md")))
        number = 0
        while not ended.is_set():
            number += 1
            paragraphs = "\n\n".join(f"{part} ({number}-{copy})" for copy, part in enumerate(text.split("\n\n")))
            files = {"files": (f"load-{number}.md", f"# Copy {number}\n\n{paragraphs}".encode())}
            data = {"audience": "internal", "collection": "load"}
            job = httpx.post(f"{server.address}/v1/documents", files=files, data=data, timeout=60).json()["id"]
            while not ended.is_set() and _is_open(server, job):
                time.sleep(0.1)

    uploading = threading.Thread(target=upload)
    uploading.start()
    try:
        yield
    finally:
        ended.set()
        uploading.join()


def _is_open(server: ServerProcess, job: str) -> bool:
    return httpx.get(f"{server.address}/v1/jobs/{job}", timeout=60).json()["stage"] in {"queued", "running"}
