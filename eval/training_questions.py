"""Questions with known answers, from the training splits of public sets, as calibration needs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Span = tuple[int, int]
OTHER_PAGES_STEP = 8
"""Of the pages that nobody asks about every fifth is enough to search among."""


@dataclass(frozen=True, slots=True)
class Page:
    """One source text; `group` keeps apart what one organisation publishes from what another does."""

    id: str
    text: str
    title: str
    language: str
    group: str


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question with the characters of its page that answer it."""

    text: str
    language: str
    page: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Pages in one language, and questions in one or more."""

    name: str
    pages: tuple[Page, ...]
    questions: tuple[TrainingQuestion, ...]


def omos_set(folder: Path, pages: str, questions: tuple[str, ...], split: str, each: int) -> TrainingSet:
    """OMoS-QA: pages in one language, at most `each` questions of a split from each question language.

    Lines correspond across the languages, so a question's answer lines hold for the pages of any of them.
    """
    corpus = {row["id"]: row for row in _rows(folder / pages / "corpus.jsonl")}
    found: list[TrainingQuestion] = []
    for language in questions:
        rows = [row for row in _rows(folder / language / "queries.jsonl") if row["split"] == split]
        for row in rows[:each]:
            lines = _line_spans(str(corpus[row["page"]]["text"]))
            spans = tuple(lines[i] for i in row["answer_lines"] if lines[i][0] < lines[i][1])
            found.append(TrainingQuestion(row["text"], language, row["page"], spans))
    asked = {question.page for question in found}
    others = [id for id in corpus if id not in asked][::OTHER_PAGES_STEP]
    kept = tuple(_page(corpus[id], str(corpus[id]["city"])) for id in [*sorted(asked), *others])
    return TrainingSet(f"omos {'+'.join(questions)} on {pages}", kept, tuple(found))


def reading_set(folder: Path, pages: int, each: int) -> TrainingSet:
    """A reading comprehension set: every so many of its passages, at most `each` questions of a passage."""
    rows = list(_rows(folder / "corpus.jsonl"))
    corpus = {row["id"]: row for row in rows[:: max(1, len(rows) // pages)]}
    page_of = dict(_relevant(folder / "qrels.tsv"))
    questions: dict[str, list[TrainingQuestion]] = {}
    for row in _rows(folder / "queries.jsonl"):
        page = page_of.get(row["id"], "")
        if page in corpus and row.get("answer_start") is not None and len(questions.setdefault(page, [])) < each:
            start = int(row["answer_start"])
            span = (start, start + len(row["answer"]))
            questions[page].append(TrainingQuestion(row["text"].strip(" -"), row["lang"], page, (span,)))
    found = tuple(question for of_page in questions.values() for question in of_page)
    return TrainingSet(folder.name, tuple(_page(row, str(row["title"])) for row in corpus.values()), found)


def _page(row: dict[str, Any], group: str) -> Page:
    return Page(row["id"], row["text"], row["title"] or "", row["lang"], group)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _relevant(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            query, page, _ = line.rstrip("\n").split("\t")
            yield query, page


def _line_spans(text: str) -> list[Span]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans
