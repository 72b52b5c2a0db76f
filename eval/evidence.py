"""`python -m eval evidence OMOS_DIR`: which lines of its page answer a question, and does any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from assistant.calibration import load_calibration
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_embedder, open_reader
from eval.curves import Curve, curve_plot
from eval.held_out import is_held_out_page
from eval.page_reading import PageReading, found_lines, read_page
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.training_questions import Row, page_of_row, read_rows
from index.errors import InvalidRequest

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(2, 20))
"""Values of `least_evidence` on the curve of precision and recall."""
HELD_OUT = "held-out"
PRECISE = 0.85
"""Precision that has to be within reach, at whatever recall."""


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
    split: Annotated[str, typer.Option(help="Questions of this split: dev, train or held-out.")] = "dev",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many of them.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Put each question to its own page, as the data's authors did, and compare lines."""
    settings = load_settings()
    reader = open_reader(settings, open_embedder(settings))
    calibration = load_calibration()
    read = read_pages(questions, corpus or questions, split, limit, reader)
    if not read:
        raise InvalidRequest(f"{questions} has no questions of the split {split}.")
    by_threshold = [measures_of(marked(read, least, always_best=False)) for least in THRESHOLDS]
    precise = max((f["recall"] for f in map(flattened, by_threshold) if f["precision"] >= PRECISE), default=0.0)
    figures = measures_of(marked(read, calibration.least_evidence))
    figures |= {f"recall_at_precision_{PRECISE}": precise}
    rows = [(name, f"{value:.3f}") for name, value in flattened(figures).items()]
    title = f"{questions.name} on {(corpus or questions).name}, {split}: {len(read)} questions"
    tables = [Table(title, ("measure", "value"), rows), _curve(by_threshold)]
    publish(Report("Evidence", tables, figures), json_file, html_file)


def _curve(by_threshold: Sequence[dict[str, object]]) -> Table:
    flat = [flattened(figures) for figures in by_threshold]
    rows = [
        (f"{least:.2f}", f"{each['precision']:.3f}", f"{each['recall']:.3f}", f"{each['f1']:.3f}")
        for least, each in zip(THRESHOLDS, flat, strict=True)
    ]
    points = [(each["recall"], each["precision"]) for each in flat]
    title = "Lines shown from a probability on, the best one too"
    plot = curve_plot(title, "recall", "precision", [Curve("lines", points)])
    return Table(title, ("least evidence", "precision", "recall", "F1"), rows, plot, page_only=True)


Asked = tuple[frozenset[int], PageReading]
"""The lines that people marked, and the page as it was read."""


def read_pages(questions: Path, corpus: Path, split: str, limit: int | None, reader: Reader) -> list[Asked]:
    """Each question of the split with its page; every so many where there is a limit.

    `HELD_OUT` names the questions of the train split that the reader is not trained on: to choose by.
    """
    pages = {row["id"]: page_of_row(row, "") for row in read_rows(corpus / "corpus.jsonl")}
    names = ("queries.jsonl", "queries_unanswerable.jsonl")
    rows = [row for name in names for row in read_rows(questions / name) if split_of(row) == split]
    chosen = rows[:: max(1, len(rows) // limit)][:limit] if limit else rows
    return [(frozenset(row["answer_lines"]), read_page(row["text"], pages[row["page"]], reader)) for row in chosen]


def split_of(row: Row) -> str:
    return HELD_OUT if row["split"] == "train" and is_held_out_page(row["page"]) else str(row["split"])


def marked(asked: Sequence[Asked], least: float, *, always_best: bool = True) -> list[Marked]:
    """What was marked and what is found, for each question."""
    return [Marked(lines, found_lines(reading, least, always_best=always_best)) for lines, reading in asked]


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
        "f1_of_questions": round(_mean([f1_of(item) for item in answerable]), 4),
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


def f1_of(item: Marked) -> float:
    both = len(item.marked & item.found)
    return 2 * both / (len(item.marked) + len(item.found)) if both else 0.0


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0
