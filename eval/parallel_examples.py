"""Questions made from texts that say the same in several languages, to read across languages that no set has
questions in.

A sentence with a word left out asks for that word, and the same sentence in another language answers it: so were
question answering systems trained without questions (Lewis et al., "Unsupervised question answering by cloze
translation", 2019).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.pair import PassageText
from eval.reading_examples import Example
from eval.training_questions import Row, read_rows
from index.document import Span

LANGUAGES = ("en", "fr", "ro", "so")
"""Of NTREX."""
PAIRS = 2
"""Questions made from each passage in one epoch, each from a sentence and in a pair of languages drawn by lot."""
SILENT = 0.5
"""Share of them that are also put to another passage of the same article."""
SHORTEST, LONGEST = 4, 12
"""Words taken of a sentence."""
ASKING = {
    "en": ("what", "who", "where", "when", "why"),
    "fr": ("quoi", "qui", "où", "quand", "pourquoi"),
    "ro": ("ce", "cine", "unde", "când", "de ce"),
    "so": ("maxay", "yaa", "xaggee", "goorma", "maxaa"),
}
COUNTING = {"en": "how many", "fr": "combien", "ro": "cât", "so": "immisa"}
"""Asks for a number that was left out."""


def parallel_examples(ntrex: Path, chance: random.Random) -> Iterator[Example]:
    """Clozes in one language, put to the same passage in another and to one that does not hold their sentence."""
    passages = {language: _passages(ntrex / language) for language in LANGUAGES}
    of_article: dict[str, list[str]] = defaultdict(list)
    for id, row in passages["en"].items():
        of_article[row["doc"]].append(id)
    every = [(asked, read) for asked in LANGUAGES for read in LANGUAGES if asked != read]
    for id, row in passages["en"].items():
        others = [other for other in of_article[row["doc"]] if other != id]
        for asked, read in chance.sample(every, PAIRS):
            place = chance.randrange(len(row["sentences"]))
            question = cloze(passages[asked][id]["sentences"][place], asked, chance)
            answering = _passage(passages[read][id])
            span = answering.sentences[place]
            yield Example(question, answering, ((span.start, span.end),))
            if others and chance.random() < SILENT:
                yield Example(question, _passage(passages[read][chance.choice(others)]), ())


def cloze(sentence: str, language: str, chance: random.Random) -> str:
    """Some words of the sentence without one of them, a number if there is one, behind a word that asks for it."""
    words = sentence.split()
    length = chance.randint(SHORTEST, LONGEST)
    first = chance.randrange(max(1, len(words) - length + 1))
    taken = words[first : first + length]
    numbers = [place for place, word in enumerate(taken) if any(map(str.isdigit, word))]
    left_out = chance.choice(numbers) if numbers else chance.randrange(len(taken))
    asking = COUNTING[language] if numbers else chance.choice(ASKING[language])
    rest = " ".join([*taken[:left_out], *taken[left_out + 1 :]]).strip(" \"'.,;:()“”«»")
    return f"{asking.capitalize()} {rest}?"


def _passages(folder: Path) -> dict[str, Row]:
    return {row["id"]: row for row in read_rows(folder / "corpus.jsonl")}


def _passage(row: Row) -> PassageText:
    spans, start = [], 0
    for sentence in row["sentences"]:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return PassageText(str(row["title"]), " ".join(row["sentences"]), tuple(spans))
