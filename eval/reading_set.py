"""Reading comprehension sets, their passages split as ingest would split them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.pair import PassageText
from eval.calibration_data import draft_of
from eval.held_out import article_of
from eval.training_questions import Page, answer_of, asked_of, page_of_row, read_rows, relevant
from eval.training_questions import Span as Range


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage, and the ranges of the passage's text that answer it; none where it does not."""

    question: str
    passage: PassageText
    answers: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A passage with the range it has in its page's text."""

    start: int
    end: int
    passage: PassageText

    def holds(self, answers: Sequence[Range]) -> bool:
        return bool(self.inside(answers))

    def inside(self, answers: Sequence[Range]) -> tuple[Range, ...]:
        """Those of the page's answers that lie in this passage, as ranges of its own text."""
        return tuple(
            (max(0, first - self.start), min(self.end, last) - self.start)
            for first, last in answers
            if first < self.end and last > self.start
        )

    def example(self, question: str, answers: Sequence[Range]) -> Example:
        return Example(question, self.passage, self.inside(answers))


def parts_of(page: Page) -> list[Part]:
    """The page in passages, as ingest would split it."""
    found = []
    for passage in draft_of(page).passages:
        start, end = passage.span.start, passage.span.end
        found.append(Part(start, end, PassageText.of(passage, page.text[start:end])))
    return found


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """A reading comprehension set without its held-out articles.

    `parts` by page; `questions` by id: text, page, answer; `unanswerable`: text and the page that seems to answer.
    """

    name: str
    parts: dict[str, list[Part]]
    questions: dict[str, tuple[str, str, Range]]
    unanswerable: tuple[tuple[str, str], ...]


def read_set(folder: Path, held_out: frozenset[str]) -> ReadingSet:
    """A set in the form of the training data; `held_out` are articles."""
    rows = [row for row in read_rows(folder / "corpus.jsonl") if article_of(row["id"]) not in held_out]
    parts = {row["id"]: parts_of(page_of_row(row, "")) for row in rows}
    page_of = dict(relevant(folder / "qrels.tsv"))
    questions = {}
    for row in read_rows(folder / "queries.jsonl"):
        page = page_of[row["id"]]
        if row.get("answer_start") is not None and page in parts:
            questions[row["id"]] = (asked_of(row), page, answer_of(row))
    file = folder / "queries_unanswerable.jsonl"
    silent = [(str(row["text"]), str(row["page"])) for row in read_rows(file)] if file.exists() else []
    return ReadingSet(folder.name, parts, questions, tuple(pair for pair in silent if pair[1] in parts))


def read_squad(file: Path, held_out: frozenset[str]) -> ReadingSet:
    """English SQuAD 2.0 as its authors publish it. `held_out` are questions; their articles are left out whole."""
    parts: dict[str, list[Part]] = {}
    questions: dict[str, tuple[str, str, Range]] = {}
    unanswerable = []
    for number, article in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        if any(row["id"] in held_out for paragraph in article["paragraphs"] for row in paragraph["qas"]):
            continue
        for place, paragraph in enumerate(article["paragraphs"]):
            page = f"squad_en-{number:02}-{place:03}"
            title = str(article["title"]).replace("_", " ")
            parts[page] = parts_of(Page(page, paragraph["context"], title, "en", ""))
            for row in paragraph["qas"]:
                asked = str(row["question"]).strip()
                if row["is_impossible"]:
                    unanswerable.append((asked, page))
                else:
                    start, text = row["answers"][0]["answer_start"], row["answers"][0]["text"]
                    questions[row["id"]] = (asked, page, (start, start + len(text)))
    return ReadingSet("squad_en", parts, questions, tuple(unanswerable))
