"""The reader's last epoch: across languages, and against what search finds that does not answer.

The epochs before it (`eval.reading_examples`) put a question mostly to the passage that answers it. In use it is put to
the nearest nine passages of a library, most of which do not answer it and many of which are in another language.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from eval.held_out import article_of, held_out_articles, is_held_out_page
from eval.near_passages import NearPassages, Placed
from eval.parallel_examples import parallel_examples
from eval.reading_examples import (
    OMOS_LANGUAGES,
    Example,
    ReadingSet,
    crossed_examples,
    omos_pages,
    omos_questions,
    parts_of,
    reading_examples,
    roughened,
    unanswerable_examples,
)
from eval.training_questions import Page, line_spans, read_rows
from index.embedding import Embedder

Item = TypeVar("Item")

OMOS_PAIRS = 4
"""Pairs of languages, of twenty-five, in which each OMoS question is asked."""
MIXED = 0.15
"""Share of OMoS pages that are read with each line in one of two languages: what answers must not be told by that."""
SEARCHED = 0.3
"""Share of the passages that are searched for such as do not answer."""
NEAR = 0.6
"""Share of OMoS questions also put to a passage of another set that search would find."""
OTHER_PAGE = 0.3
"""Share also put to a page about something else."""
KEPT = {"squad_it": 0.06, "squad_es_v2": 0.06, "arcd": 0.2}
"""Share of what was read in the epochs before that is read again."""
KEPT_CROSSED, KEPT_UNANSWERABLE = 0.2, 0.1
NEAR_OF_READING = 0.06
"""Share of the questions of reading sets that are also put to a passage about something else that search would find."""
LONGEST_SECTION = 8
"""Lines below a question in a page that are taken for its answer."""
OMOS = "omos"


def crossed_epoch(data: Path, seed: int, embedder: Embedder) -> list[Example]:
    """One epoch in random order."""
    chance = random.Random(seed)
    training = data / "training"
    held_out = held_out_articles(training)
    names = ("squad_it", "squad_es_v2", "arcd")
    sets = {name: ReadingSet.of(training / name, held_out) for name in names}
    pages = {language: omos_pages(data / "omos_qa" / language) for language in OMOS_LANGUAGES}
    free = free_pages(data / "omos_qa")
    near = NearPassages(embedder, [*_placed(sets, chance), *_placed_pages(pages, free, chance)])
    examples = [
        *_omos(data / "omos_qa", pages, near, chance),
        *section_examples(pages, free, chance),
        *_reading(sets, training / "squad_es_v2" / "queries_unanswerable.jsonl", near, chance),
        *parallel_examples(data / "ntrex", chance),
    ]
    examples = [replace(item, question=roughened(item.question, chance)) for item in examples]
    chance.shuffle(examples)
    return examples


def free_pages(omos: Path) -> list[str]:
    """Pages that nothing is held out of or reported on: neither the dev split asks about them nor calibration."""
    reported = {
        row["page"]
        for name in ("queries.jsonl", "queries_unanswerable.jsonl")
        for row in read_rows(omos / "en" / name)
        if row["split"] != "train"
    }
    rows = read_rows(omos / "en" / "corpus.jsonl")
    return [row["id"] for row in rows if row["id"] not in reported and not is_held_out_page(row["id"])]


def _placed(sets: Mapping[str, ReadingSet], chance: random.Random) -> Iterator[Placed]:
    for data in sets.values():
        for id, parts in data.parts.items():
            if chance.random() < SEARCHED:
                yield Placed(article_of(id), chance.choice(parts))


def _placed_pages(
    pages: Mapping[str, Mapping[str, Page]], free: Sequence[str], chance: random.Random
) -> Iterator[Placed]:
    for id in free:
        if chance.random() < SEARCHED:
            yield Placed(OMOS, chance.choice(parts_of(pages[chance.choice(OMOS_LANGUAGES)][id])))


def _omos(
    folder: Path, pages: Mapping[str, Mapping[str, Page]], near: NearPassages, chance: random.Random
) -> Iterator[Example]:
    """Each question in `OMOS_PAIRS` pairs of languages, with passages that answer, of its page and of elsewhere."""
    every = [(asked, read) for asked in OMOS_LANGUAGES for read in OMOS_LANGUAGES]
    for rows in omos_questions(folder).values():
        for asked, read in chance.sample(every, OMOS_PAIRS):
            row = rows[asked]
            question, page = str(row["text"]), pages[read][row["page"]]
            if chance.random() < MIXED:
                page = mixed_page([page, pages[chance.choice(OMOS_LANGUAGES)][row["page"]]], chance)
            lines = line_spans(page.text)
            answers = [lines[number] for number in row["answer_lines"] if number < len(lines)]
            parts = parts_of(page)
            yield from (part.example(question, answers) for part in parts if part.holds(answers))
            if silent := [part for part in parts if not part.holds(answers)]:
                yield chance.choice(silent).example(question, [])
            if chance.random() < NEAR:
                yield near.draw(question, lambda source: source != OMOS, chance).example(question, [])
            if chance.random() < OTHER_PAGE:
                other = pages[read][chance.choice(list(pages[read]))]
                yield chance.choice(parts_of(other)).example(question, [])


def mixed_page(versions: Sequence[Page], chance: random.Random) -> Page:
    """The page with each of its lines, which correspond, in the language of one of its versions."""
    texts = [page.text.split("\n") for page in versions]
    return replace(versions[0], text="\n".join(chance.choice(lines) for lines in zip(*texts, strict=True)))


def section_examples(
    pages: Mapping[str, Mapping[str, Page]], free: Sequence[str], chance: random.Random
) -> Iterator[Example]:
    """Questions that pages ask themselves, in another language than the page without them: what follows answers."""
    for id in free:
        for asked, read in chance.sample([(a, b) for a in OMOS_LANGUAGES for b in OMOS_LANGUAGES], 2):
            questions, lines = (pages[language][id].text.split("\n") for language in (asked, read))
            places = [place for place, line in enumerate(questions) if line.rstrip().endswith(("?", "؟"))]
            for place, following in zip(places, [*places, len(lines)][1:], strict=True):
                if 1 < following - place <= LONGEST_SECTION:
                    page = replace(pages[read][id], text="\n".join([*lines[:place], *lines[place + 1 :]]))
                    answers = line_spans(page.text)[place : following - 1]
                    parts = [part for part in parts_of(page) if part.holds(answers)]
                    yield from (part.example(questions[place].strip(), answers) for part in parts)


def _reading(
    sets: Mapping[str, ReadingSet], unanswerable: Path, near: NearPassages, chance: random.Random
) -> Iterator[Example]:
    """A share of the epochs before, and the questions against what search finds about something else."""
    italian, spanish = sets["squad_it"], sets["squad_es_v2"]
    for data in sets.values():
        yield from _some(reading_examples(data, chance), KEPT[data.name], chance)
    for asked, read in ((italian, spanish), (spanish, italian)):
        yield from _some(crossed_examples(asked, read), KEPT_CROSSED, chance)
    yield from _some(unanswerable_examples(spanish, unanswerable, chance), KEPT_UNANSWERABLE, chance)
    yield from _crossed_unanswerable(spanish, italian, unanswerable, chance)
    articles = same_articles(italian, spanish)
    for data in sets.values():
        for question, page, _ in _some(data.questions.values(), NEAR_OF_READING, chance):
            own = {article_of(page)} | articles[article_of(page)]
            yield near.draw(question, lambda source, own=own: source not in own, chance).example(question, [])  # type: ignore[misc]


def _crossed_unanswerable(asked: ReadingSet, read: ReadingSet, file: Path, chance: random.Random) -> Iterator[Example]:
    """Questions that their passage does not answer, put to the translation of that passage."""
    twins: dict[str, str] = {}
    for id, (_, page, _) in asked.questions.items():
        if id in read.questions:
            twins[page] = read.questions[id][1]
    for row in read_rows(file):
        if row["page"] in twins and chance.random() < KEPT_UNANSWERABLE:
            yield chance.choice(read.parts[twins[row["page"]]]).example(row["text"], [])


def same_articles(one: ReadingSet, other: ReadingSet) -> dict[str, set[str]]:
    """The articles of one set that are translations of an article of the other, told by the questions they share."""
    found: dict[str, set[str]] = defaultdict(set)
    for id, (_, page, _) in one.questions.items():
        if id in other.questions:
            first, second = article_of(page), article_of(other.questions[id][1])
            found[first].add(second)
            found[second].add(first)
    return found


def _some(items: Iterable[Item], share: float, chance: random.Random) -> Iterator[Item]:
    return (item for item in items if chance.random() < share)
