"""`python -m eval evidence OMOS_DIR`: which lines of its page answer a question, and does any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from assistant.calibration import Calibration, load_calibration
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_embedder, open_reader
from eval.reading_examples import parts_of
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.training_questions import Page, line_spans, page_of_row, read_rows
from index.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Marked:
    """One question: the lines that people marked and those that were found, by number; none for no answer."""

    marked: frozenset[int]
    found: frozenset[int]


def command(
    questions: Annotated[Path, typer.Argument(metavar="OMOS_DIR", help="Folder with one language of OMoS-QA.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Folder with the pages, where they are in another language.")
    ] = None,
    split: Annotated[str, typer.Option(help="Questions of this split.")] = "dev",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many of them.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Put each question to its own page, as the data's authors did, and compare lines."""
    settings = load_settings()
    reader = open_reader(settings, open_embedder(settings))
    asked = marked_lines(questions, corpus or questions, split, limit, reader, load_calibration())
    if not asked:
        raise InvalidRequest(f"{questions} has no questions of the split {split}.")
    figures = measures_of(asked)
    rows = [(name, f"{value:.3f}") for name, value in flattened(figures).items()]
    title = f"{questions.name} on {(corpus or questions).name}, {split}: {len(asked)} questions"
    publish(Report("Evidence", [Table(title, ("measure", "value"), rows)], figures), json_file, html_file)


def marked_lines(
    questions: Path, corpus: Path, split: str, limit: int | None, reader: Reader, calibration: Calibration
) -> list[Marked]:
    """What was marked and what is found, for each question of the split; every so many where there is a limit."""
    pages = {row["id"]: page_of_row(row, "") for row in read_rows(corpus / "corpus.jsonl")}
    names = ("queries.jsonl", "queries_unanswerable.jsonl")
    rows = [row for name in names for row in read_rows(questions / name) if row["split"] == split]
    chosen = rows[:: max(1, len(rows) // limit)][:limit] if limit else rows
    return [
        Marked(frozenset(row["answer_lines"]), found_lines(row["text"], pages[row["page"]], reader, calibration))
        for row in chosen
    ]


def found_lines(question: str, page: Page, reader: Reader, calibration: Calibration) -> frozenset[int]:
    """Lines of the page with a sentence that is evidence; none where the reader points nowhere in the whole page."""
    parts = parts_of(page)
    readings = reader.read(question, [part.passage for part in parts])
    spans, pointers, evidence = [], [], []
    for part, reading in zip(parts, readings, strict=True):
        spans += [(part.start + span.start, part.start + span.end) for span in part.passage.sentences]
        pointers += list(reading.pointers)
        evidence += list(reading.evidence)
    if not pointers or max(pointers) < 0:
        return frozenset()
    best = int(np.argmax(pointers))
    chosen = [
        span
        for place, span in enumerate(spans)
        if place == best or 1 / (1 + np.exp(-evidence[place])) >= calibration.least_evidence
    ]
    return frozenset(
        number
        for number, (start, end) in enumerate(line_spans(page.text))
        if any(first < end and start < last for first, last in chosen)
    )


def measures_of(asked: Sequence[Marked]) -> dict[str, object]:
    """Precision and recall of the lines, each a mean over the answerable questions, and F1 from these two.

    A question for which nothing is found counts in recall, and not in precision, where there is nothing to be right
    about. For `unanswerable` a question is what is counted: nothing marked, nothing found.
    """
    answerable = [item for item in asked if item.marked]
    precision = _mean([len(item.marked & item.found) / len(item.found) for item in answerable if item.found])
    recall = _mean([len(item.marked & item.found) / len(item.marked) for item in answerable])
    declined = [item for item in asked if not item.found]
    right = sum(not item.marked for item in declined)
    of_declined = right / len(declined) if declined else 0.0
    of_unanswerable = right / max(1, len(asked) - len(answerable))
    return {
        **_rounded(precision, recall),
        "f1_of_questions": round(_mean([_f1_of(item) for item in answerable]), 4),
        "unanswerable": _rounded(of_declined, of_unanswerable),
    }


def flattened(figures: dict[str, object], prefix: str = "") -> dict[str, float]:
    flat: dict[str, float] = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            flat |= flattened(value, f"{prefix}{name} ")
        elif isinstance(value, float):
            flat[prefix + name] = value
    return flat


def _rounded(precision: float, recall: float) -> dict[str, float]:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _f1_of(item: Marked) -> float:
    both = len(item.marked & item.found)
    return 2 * both / (len(item.marked) + len(item.found)) if both else 0.0


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
