"""Questions and passages to train the reader on, from the training splits of public sets."""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from eval.held_out import article_of, held_out_articles, held_out_questions, is_held_out_page
from eval.reading_set import Example, ReadingSet, parts_of, read_set, read_squad
from eval.training_questions import Page, Row, line_spans, page_of_row, read_rows

ROUGH = 0.15
"""Share of questions written as people type them on a telephone."""
OTHER_PAGE = 0.5
"""Share of OMoS questions that are also put to a page about something else."""
OMOS_LANGUAGES = ("de", "en", "fr", "ar", "uk")
OMOS_PAIRS = 12
"""Pairs of languages, of twenty-five, in which each OMoS question is asked in one epoch."""
OTHER_PASSAGE = {"squad_it": 0.3, "squad_es_v2": 0.1, "squad_en": 0.1, "arcd": 0.5}
"""Share of questions also put to another passage of their article; two sets have unanswerable ones of their own."""
SHARE = {"squad_it": 0.6, "squad_es_v2": 0.7, "squad_en": 0.6}
"""Share of a set's examples that one epoch takes, so that the large sets do not drown the others; of others all."""


def training_examples(data: Path, seed: int, english: Path | None = None) -> list[Example]:
    """One epoch in random order. Another seed asks in other pairs of languages and about other wrong passages.

    `english`: a file of English SQuAD 2.0 to add, in the form its authors publish.
    """
    chance = random.Random(seed)
    training = data / "training"
    held_out = held_out_articles(training)
    sets = [read_set(training / name, held_out) for name in ("squad_it", "squad_es_v2", "arcd")]
    if english:
        sets.append(read_squad(english, held_out_questions(training)))
    examples = list(omos_examples(data / "omos_qa", chance))
    for read in sets:
        own = [*reading_examples(read, chance), *unanswerable_examples(read, chance)]
        crossed = [example for asked in sets if asked is not read for example in crossed_examples(asked, read)]
        examples += [example for example in [*own, *crossed] if chance.random() < SHARE.get(read.name, 1.0)]
    examples = [replace(item, question=roughened(item.question, chance)) for item in examples]
    chance.shuffle(examples)
    return examples


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


def unanswerable_examples(data: ReadingSet, chance: random.Random) -> Iterator[Example]:
    """Questions written so that their passage seems to answer them and does not."""
    for question, page in data.unanswerable:
        yield chance.choice(data.parts[page]).example(question, [])


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
    pages = {language: _omos_pages(folder / language) for language in OMOS_LANGUAGES}
    for rows in _omos_questions(folder).values():
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


def _omos_pages(folder: Path) -> dict[str, Page]:
    return {row["id"]: page_of_row(row, str(row["city"])) for row in read_rows(folder / "corpus.jsonl")}


def _omos_questions(folder: Path) -> dict[str, dict[str, Row]]:
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
