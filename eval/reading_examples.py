"""Questions and passages to train the reader on, from the training splits of public sets."""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.pair import PassageText
from eval.calibration_data import draft_of
from eval.held_out import article_of, held_out_articles, is_held_out_page
from eval.training_questions import Page, Row, answer_of, asked_of, line_spans, page_of_row, read_rows, relevant
from eval.training_questions import Span as Range

ROUGH = 0.15
"""Share of questions written as people type them on a telephone."""
OTHER_PAGE = 0.5
"""Share of OMoS questions that are also put to a page about something else."""
OMOS_LANGUAGES = ("de", "en", "fr", "ar", "uk")
OMOS_PAIRS = 6
"""Pairs of languages, of twenty-five, in which each OMoS question is asked in one epoch."""
OTHER_PASSAGE = {"squad_it": 0.3, "squad_es_v2": 0.1, "arcd": 0.5}
"""Share of questions also put to another passage of their article; the Spanish set has unanswerable ones of its own."""


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


def training_examples(data: Path, seed: int) -> list[Example]:
    """One epoch in random order. Another seed asks in other pairs of languages and about other wrong passages."""
    chance = random.Random(seed)
    training = data / "training"
    held_out = held_out_articles(training)
    spanish, italian = ReadingSet.of(training / "squad_es_v2", held_out), ReadingSet.of(training / "squad_it", held_out)
    examples = [
        *reading_examples(italian, chance),
        *reading_examples(spanish, chance),
        *unanswerable_examples(spanish, training / "squad_es_v2" / "queries_unanswerable.jsonl", chance),
        *reading_examples(ReadingSet.of(training / "arcd", held_out), chance),
        *crossed_examples(italian, spanish),
        *crossed_examples(spanish, italian),
        *omos_examples(data / "omos_qa", chance),
    ]
    examples = [replace(item, question=roughened(item.question, chance)) for item in examples]
    chance.shuffle(examples)
    return examples


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """A reading comprehension set without its held-out articles; `questions` by id: text, passage, answer."""

    name: str
    parts: dict[str, list[Part]]
    questions: dict[str, tuple[str, str, Range]]

    @classmethod
    def of(cls, folder: Path, held_out: frozenset[str]) -> ReadingSet:
        rows = [row for row in read_rows(folder / "corpus.jsonl") if article_of(row["id"]) not in held_out]
        parts = {row["id"]: parts_of(page_of_row(row, "")) for row in rows}
        page_of = dict(relevant(folder / "qrels.tsv"))
        questions = {}
        for row in read_rows(folder / "queries.jsonl"):
            page = page_of[row["id"]]
            if row.get("answer_start") is not None and page in parts:
                questions[row["id"]] = (asked_of(row), page, answer_of(row))
        return cls(folder.name, parts, questions)


def reading_examples(data: ReadingSet, chance: random.Random) -> Iterator[Example]:
    """Each question with its own passage, and some with another of the same article, which does not answer it."""
    articles: dict[str, list[str]] = defaultdict(list)
    for page in data.parts:
        articles[article_of(page)].append(page)
    for question, page, answer in data.questions.values():
        yield from (part.example(question, [answer]) for part in data.parts[page])
        others = [other for other in articles[article_of(page)] if other != page]
        if others and chance.random() < OTHER_PASSAGE[data.name]:
            yield chance.choice(data.parts[chance.choice(others)]).example(question, [])


def unanswerable_examples(data: ReadingSet, file: Path, chance: random.Random) -> Iterator[Example]:
    """Questions written so that their passage seems to answer them and does not."""
    for row in read_rows(file):
        if row["page"] in data.parts:
            yield chance.choice(data.parts[row["page"]]).example(row["text"], [])


def crossed_examples(asked: ReadingSet, read: ReadingSet) -> Iterator[Example]:
    """Questions that two sets share, as the first words them, put to the passages of the second."""
    for id, (_, page, answer) in read.questions.items():
        if id in asked.questions:
            yield from (part.example(asked.questions[id][0], [answer]) for part in read.parts[page])


def omos_examples(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Each question of the train split in `OMOS_PAIRS` pairs of languages, with passages that answer and that do not.

    Lines correspond across the languages, so a question's answer lines hold for the pages of any of them.
    """
    every = [(asked, read) for asked in OMOS_LANGUAGES for read in OMOS_LANGUAGES]
    pages = {language: omos_pages(folder / language) for language in OMOS_LANGUAGES}
    for rows in omos_questions(folder).values():
        for asked, read in chance.sample(every, OMOS_PAIRS):
            row = rows[asked]
            page, question = pages[read][row["page"]], str(row["text"])
            lines = line_spans(page.text)
            answers = [lines[number] for number in row["answer_lines"] if number < len(lines)]
            parts = parts_of(page)
            yield from (part.example(question, answers) for part in parts if part.holds(answers))
            silent = [part for part in parts if not part.holds(answers)]
            if silent:
                yield chance.choice(silent).example(question, [])
            if chance.random() < OTHER_PAGE:
                other = pages[read][chance.choice(list(pages[read]))]
                yield chance.choice(parts_of(other)).example(question, [])


def omos_pages(folder: Path) -> dict[str, Page]:
    """All pages of one language, by id."""
    return {row["id"]: page_of_row(row, str(row["city"])) for row in read_rows(folder / "corpus.jsonl")}


def omos_questions(folder: Path) -> dict[str, dict[str, Row]]:
    """Questions of the train split that are not held out: by id, then by language."""
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for language in OMOS_LANGUAGES:
        for name in ("queries.jsonl", "queries_unanswerable.jsonl"):
            for row in read_rows(folder / language / name):
                if row["split"] == "train" and not is_held_out_page(row["page"]):
                    found[row["id"]][language] = row
    return found


def roughened(question: str, chance: random.Random) -> str:
    """Some questions without accents, capitals and question mark, the others as they are."""
    if chance.random() >= ROUGH:
        return question
    bare = "".join(char for char in unicodedata.normalize("NFD", question) if unicodedata.category(char) != "Mn")
    return bare.lower().strip("¿?؟ ")
