"""Questions with known answers, from the training splits of public sets, as calibration needs them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Span = tuple[int, int]
Row = dict[str, Any]
Choice = Callable[[str], bool]
"""Takes a page's id."""
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
    """Pages in one language, and questions in one or more; one without answers is not answered by its page.

    `mirror` begins the ids of pages that say the same in another language. `by_the_way`: pages answer questions of
    others too, and nobody has marked where.
    """

    name: str
    pages: tuple[Page, ...]
    questions: tuple[TrainingQuestion, ...]
    mirror: str | None = None
    by_the_way: bool = False


def everything(page: str) -> bool:
    return True


def omos_set(
    folder: Path, pages: str, questions: tuple[str, ...], split: str, each: int, asked_about: Choice = everything
) -> TrainingSet:
    """OMoS-QA: pages in one language, at most `each` questions of a split from each question language.

    Only pages that `asked_about` takes are asked about; the others are there to search among.

    Lines correspond across the languages, so a question's answer lines hold for the pages of any of them.
    """
    corpus = {row["id"]: row for row in read_rows(folder / pages / "corpus.jsonl")}
    found: list[TrainingQuestion] = []
    for language in questions:
        rows = [row for row in read_rows(folder / language / "queries.jsonl") if row["split"] == split]
        rows = [row for row in rows if asked_about(row["page"])]
        for row in rows[:each]:
            lines = line_spans(str(corpus[row["page"]]["text"]))
            spans = tuple(lines[i] for i in row["answer_lines"] if lines[i][0] < lines[i][1])
            found.append(TrainingQuestion(row["text"], language, row["page"], spans))
    asked = {question.page for question in found}
    others = [id for id in corpus if id not in asked][::OTHER_PAGES_STEP]
    kept = tuple(page_of_row(corpus[id], str(corpus[id]["city"])) for id in [*sorted(asked), *others])
    return TrainingSet(f"omos {'+'.join(questions)} on {pages}", kept, tuple(found), by_the_way=True)


def reading_set(
    folder: Path, pages: int, each: int, asked_about: Choice = everything, *, mirror: str | None = None
) -> TrainingSet:
    """A reading comprehension set: about `pages` passages, and of each that `asked_about` takes `each` questions.

    The passages that are asked about come first; every so many of the others fill up to `pages`. A set with
    unanswerable questions has one for every passage that is asked about, too.
    """
    rows = list(read_rows(folder / "corpus.jsonl"))
    chosen = [row for row in rows if asked_about(row["id"])]
    chosen = chosen[:: max(1, len(chosen) // pages)]
    taken = {row["id"] for row in chosen}
    others = [row for row in rows if row["id"] not in taken]
    left = max(0, pages - len(chosen))
    kept = [*chosen, *others[:: max(1, len(others) // max(1, left))][:left]]
    page_of = dict(relevant(folder / "qrels.tsv"))
    questions: dict[str, list[TrainingQuestion]] = defaultdict(list)
    for row in read_rows(folder / "queries.jsonl"):
        page = page_of.get(row["id"], "")
        if page in taken and row.get("answer_start") is not None and len(questions[page]) < each:
            questions[page].append(TrainingQuestion(asked_of(row), row["lang"], page, (answer_of(row),)))
    unanswerable = folder / "queries_unanswerable.jsonl"
    silent = {row["page"]: row for row in read_rows(unanswerable)} if unanswerable.exists() else {}
    for page in sorted(taken & set(silent)):
        questions[page].append(TrainingQuestion(asked_of(silent[page]), silent[page]["lang"], page, ()))
    found = tuple(question for of_page in questions.values() for question in of_page)
    return TrainingSet(folder.name, tuple(page_of_row(row, str(row["title"])) for row in kept), found, mirror)


def crossed_set(asked: Path, read: TrainingSet, folder: Path) -> TrainingSet:
    """The questions of `read`, a set in `folder`, that the set `asked` has too, as that one words them."""
    words = {row["id"]: row for row in read_rows(asked / "queries.jsonl")}
    page_of = dict(relevant(folder / "qrels.tsv"))
    mine = {(page_of[row["id"]], asked_of(row)): row["id"] for row in read_rows(folder / "queries.jsonl")}
    found = []
    for question in read.questions:
        row = words.get(mine.get((question.page, question.text), ""))
        if row and question.answers:
            found.append(TrainingQuestion(asked_of(row), row["lang"], question.page, question.answers))
    return TrainingSet(f"{asked.name} on {folder.name}", read.pages, tuple(found), read.mirror)


def asked_of(row: Row) -> str:
    return str(row["text"]).strip(" -")


def answer_of(row: Row) -> Span:
    return int(row["answer_start"]), int(row["answer_start"]) + len(row["answer"])


def page_of_row(row: Row, group: str) -> Page:
    return Page(row["id"], row["text"], row["title"] or "", row["lang"], group)


def read_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def relevant(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            query, page, _ = line.rstrip("\n").split("\t")
            yield query, page


def line_spans(text: str) -> list[Span]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans
