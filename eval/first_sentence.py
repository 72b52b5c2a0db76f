"""`python -m eval first-sentence`: how much later than the chat model's own its first proven sentence is shown."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from assistant.assistant import Assistant
from assistant.chat_provider import open_chat_model
from assistant.events import Delta
from assistant.settings import load_settings
from assistant.wiring import open_assistant, open_reader
from eval.gold import GoldQuestion, read_questions
from eval.paced_model import PacedModel, paced_model
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import DataDir, workspace
from index.document import Audience
from index.errors import InvalidRequest
from index.scope import PUBLIC_ONLY
from ingest.pipeline import ingest

SAMPLES = Path(__file__).parents[1] / "samples"


def command(
    questions: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines of questions.")] = (
        SAMPLES / "questions.jsonl"
    ),
    documents: Annotated[Path, typer.Option(help="Folder that the answers stand in.")] = SAMPLES / "documents",
    first_ms: Annotated[float, typer.Option(min=0, help="Milliseconds until the model's first word.")] = 300.0,
    pace_ms: Annotated[float, typer.Option(min=0, help="Milliseconds between two of its words.")] = 20.0,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ask every question of a model on this machine that writes the sentence which answers it, at a known pace.

    The delay is from the moment in which the sentence's last word is sent until the proven sentence is given out. It
    includes the wait for the word after it, which alone tells that the sentence is whole.
    """
    asked = read_questions(questions)
    with workspace(data_dir) as settings, paced_model(first_ms / 1000, pace_ms / 1000) as model:
        chatting = load_settings(
            data_dir=settings.data_dir, chat_model="openai:paced", chat_base_url=model.base_url, chat_api_key="none"
        )
        verbatim = open_assistant(settings)
        with closing(verbatim.index) as index:
            ingest([str(documents)], lambda: index, index.library, audience=Audience.PUBLIC)
            written = Assistant(index, open_reader(settings, index.embedder), chatting, open_chat_model(chatting))
            delays = list(_delays(asked, verbatim, written, model))
    if not delays:
        raise InvalidRequest(f"No question of {questions} is answered in its own language from {documents}.")
    publish(_report(delays, len(asked), first_ms, pace_ms), json_file, html_file)


def _delays(
    asked: Sequence[GoldQuestion], verbatim: Assistant, written: Assistant, model: PacedModel
) -> Iterator[float]:
    """Milliseconds; of the questions that are answered in words of their own language, but for the first, which waits
    for whatever is loaded once."""
    warm = False
    for question in asked:
        answer = verbatim.answer(question.text, scope=PUBLIC_ONLY)
        if not answer.statements or answer.citations[0].language != answer.language:
            continue
        delay = _delay(question, answer.statements[0].text, written, model)
        if warm and delay is not None:
            yield delay
        warm = True


def _delay(question: GoldQuestion, sentence: str, written: Assistant, model: PacedModel) -> float | None:
    """Milliseconds; None where the model's sentence was not the one that was shown."""
    model.is_to_say(sentence)
    for event in written.stream(question.text, scope=PUBLIC_ONLY):
        if isinstance(event, Delta):
            shown_at = time.perf_counter()
            said_at = model.said_at
            return 1000 * (shown_at - said_at) if said_at and event.statement.text == sentence else None
    return None


def _report(delays: Sequence[float], questions: int, first_ms: float, pace_ms: float) -> Report:
    median, high = (round(float(value), 1) for value in np.percentile(delays, [50, 95]))
    figures = {
        "questions": questions, "sentences": len(delays), "median_ms": median, "p95_ms": high,
        "most_ms": round(max(delays), 1), "first_word_ms": first_ms, "pace_ms": pace_ms,
    }  # fmt: skip
    rows = [(name.replace("_", " "), f"{value:g}") for name, value in figures.items()]
    title = "Delay of the first proven sentence over the model's own"
    return Report("First sentence", [Table(title, ("measure", "value"), rows)], figures)
