"""`python -m eval answers`: does an answer cite the right sentence, and is there none where there should be none."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.assistant import Assistant
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from eval.gold import GoldQuestion, rank_of_gold, read_questions
from eval.outcome import Outcome, Shares, missed
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import DataDir, workspace
from index.document import Audience
from index.errors import InvalidRequest
from index.hit import PUBLIC_ONLY
from ingest.pipeline import ingest


def command(
    questions: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines of questions with their quotes.")],
    documents: Annotated[
        Path | None, typer.Option(help="Folder or file that the answers stand in (default: what the library holds).")
    ] = None,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ask every question, and compare what is cited with what should be.

    With --documents they are ingested first, as public; without, the questions go to the library as it is.
    """
    asked = read_questions(questions)
    if not asked:
        raise InvalidRequest(f"{questions} holds no questions.")
    with workspace(data_dir) if documents else nullcontext(load_settings(data_dir=data_dir)) as settings:
        assistant = open_assistant(settings)
        with closing(assistant.index):
            if documents:
                ingest([str(documents)], lambda: assistant.index, assistant.index.library, audience=Audience.PUBLIC)
            if not assistant.documents(scope=PUBLIC_ONLY):
                raise InvalidRequest("The library holds no public documents: name some with --documents.")
            assistant.answer(asked[0].text, scope=PUBLIC_ONLY)  # the first one also warms the model
            outcomes = [ask(assistant, question) for question in asked]
    publish(_report(questions.name, outcomes), json_file, html_file)


def ask(assistant: Assistant, question: GoldQuestion) -> Outcome:
    """Ask as a visitor would: the language is not given but found."""
    started = time.perf_counter()
    answer = assistant.answer(question.text, scope=PUBLIC_ONLY)
    milliseconds = 1000 * (time.perf_counter() - started)
    texts = {
        citation.document_id: assistant.document(citation.document_id, scope=PUBLIC_ONLY).text
        for citation in answer.citations
    }
    broken = sum(texts[cited.document_id][cited.start : cited.end] != cited.quote for cited in answer.citations)
    shown = " | ".join(" ".join(citation.quote.split()) for citation in answer.citations)
    answered = answer.status == "answered"
    return Outcome(question, answered, rank_of_gold(question, answer), broken, milliseconds, shown)


def _report(name: str, outcomes: Sequence[Outcome]) -> Report:
    languages = sorted({outcome.question.language for outcome in outcomes})
    groups = {language: [item for item in outcomes if item.question.language == language] for language in languages}
    shares = {"all": Shares.of(outcomes), **{language: Shares.of(group) for language, group in groups.items()}}
    misses = [outcome for outcome in outcomes if missed(outcome)]
    columns = ("language", *(field.replace("_", " ") for field in asdict(shares["all"])))
    rows = [(group, *map(_cell, asdict(of_group).values())) for group, of_group in shares.items()]
    tables = [Table(f"{name}: {len(outcomes)} questions", columns, rows)]
    if misses:
        tables.append(Table("Missed", ("id", "question", "rank", "cited"), [_miss(outcome) for outcome in misses]))
    figures = {
        **asdict(shares["all"]),
        "languages": {language: asdict(shares[language]) for language in languages},
        "missed": [outcome.question.id for outcome in misses],
    }
    return Report("Answers", tables, figures)


def _cell(value: float | int | None) -> str:
    return "-" if value is None else str(value)


def _miss(outcome: Outcome) -> tuple[str, str, str, str]:
    question = outcome.question
    return question.id, question.text, _cell(outcome.rank), outcome.shown if outcome.answered else "(declined)"
