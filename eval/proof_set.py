"""Sentences that their page supports, and the same made wrong: what the proof is fitted to and measured on.

Pages of OMoS-QA and passages of XQuAD say the same in several languages, line by line or sentence by sentence; so does
NTREX. A line in one language is a true sentence about the page in another; in its own language it stands there word
for word, or two neighbours are joined to one sentence, or what stands in brackets is left out, as a chat model does.
Wrong are the same sentences with something changed (`eval.corruptions`), true ones of another page, and true ones of
which no more than headings of their page are told.

Two halves, parted by page and article: `development` is the pages of OMoS-QA's train split, on which everything is
fitted and chosen; `report` is the pages of its dev split, XQuAD's odd articles and NTREX, which nothing was fitted to
or chosen on. XQuAD's even articles are in neither half but `check`: to see before the report whether a fit carries
over."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.corruption_words import AND
from eval.corruptions import Corrupter, names_in
from eval.training_questions import read_rows
from index.sentences import split_sentences

OMOS = ("en", "de", "fr", "ar", "uk")
XQUAD = ("en", "ro", "es", "ar", "it")
NTREX = ("fr", "ro", "so")
"""Against the English text."""
PARTS = ("development", "check", "report")
TRUE, UNSUPPORTED = "true", "unsupported"
AROUND = 4
"""Lines before and after, which the proof sees too."""
LEAST_CHARACTERS, MOST_CHARACTERS = 40, 260
JOINED = 0.3
"""Share of sentences made of two neighbours."""
UNDER_HEADINGS = 0.3
"""Share of sentences that are also weighed against headings of their page alone, which name what it is about."""
WRONG_EACH = 2
"""Wrong versions of each sentence, the rarest kinds first, beside the one of another page."""
SEED = 20

_ENDS = frozenset(".!?:;,؟。")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_RARE = ("place", "date", "name", "number", "quantity", "negation")

Texts = Mapping[str, Sequence[str]]
"""One page in several languages, as lines that correspond."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence, what is wrong with it (`kind`; `TRUE` for nothing), and the lines it has to be proven from.

    `original` is the true sentence that it was made of, or nothing if none of the lines, which are of the `page`, is.
    `title` is the page's, where the lines do not begin with it.
    """

    written: str
    original: str
    page: int
    language: str
    kind: str
    lines: tuple[str, ...]
    lines_language: str
    source: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Lines `first` to `last` of a page, and those around them. `number`: the page's, of its set."""

    number: int
    page: Texts
    first: int
    last: int

    def written(self, language: str) -> str:
        lines = self.page[language][self.first : self.last + 1]
        return (
            lines[0] if len(lines) == 1 else f"{lines[0].rstrip('. ')}, {AND[language]} {_in_midst(lines[1], language)}"
        )

    def window(self, language: str) -> tuple[str, ...]:
        return tuple(self.page[language][max(0, self.first - AROUND) : self.last + AROUND + 1])

    def title(self, language: str) -> str:
        """What stands above all of the page; nothing where that is among the lines, or is a sentence like others."""
        first = self.page[language][0]
        return first if self.first > AROUND and _is_heading(first) else ""

    def headings(self, language: str) -> tuple[str, ...]:
        """Lines of the page that are no sentences, without the place's own."""
        own = range(self.first, self.last + 1)
        lines = enumerate(self.page[language])
        return tuple(line for number, line in lines if number not in own and _is_heading(line))


def samples(data: Path, part: str, pages: int) -> list[Sample]:
    """The sentences of one of `PARTS`, from at most so many `pages` of each set; the same ones for the same numbers."""
    found = _of_set("OMoS-QA", _omos(data / "omos_qa", part), OMOS, OMOS, pages)
    if part != "development":
        found += _of_set("XQuAD", _xquad(data / "xquad", part == "report"), XQUAD, XQUAD, pages)
    if part == "report":
        for language in NTREX:
            texts = _ntrex(data / "ntrex", language)
            found += _of_set("NTREX", texts, (language, "en"), (language,), pages, across_only=True)
    return found


def _of_set(
    source: str, texts: Sequence[Texts], languages: Sequence[str], answers: Sequence[str], pages: int,
    *, across_only: bool = False,
) -> list[Sample]:  # fmt: skip
    chance = random.Random(f"{SEED}-{source}")
    chosen = chance.sample(list(texts), min(pages, len(texts)))
    places = [place for number, page in enumerate(chosen) for place in _places(number, page, chance)]
    found: list[Sample] = []
    for position, language in enumerate(answers):
        names = [_names(place, language) for place in places]
        corrupter = Corrupter(language, {name for each in names for name in each}, SEED)
        for number, place in enumerate(places):
            others = [other for other in languages if other != language and other in place.page]
            if language not in place.page or not others:
                continue
            across = others[(number + position) % len(others)]
            elsewhere = places[(number + len(places) // 2) % len(places)]
            for shown_in in (across,) if across_only else (language, across):
                found += _samples(place, elsewhere, language, shown_in, names[number], corrupter, source, chance)
    return found


def _samples(
    place: _Place, elsewhere: _Place, language: str, shown_in: str, names: Sequence[str], corrupter: Corrupter,
    source: str, chance: random.Random,
) -> Iterator[Sample]:  # fmt: skip
    written = place.written(language)
    if shown_in == language and chance.random() < 0.5:
        written = _BRACKETS.sub("", written)
    lines, title = place.window(shown_in), place.title(shown_in)
    yield Sample(written, written, place.number, language, TRUE, lines, shown_in, source, title)
    wrong = corrupter.corrupted(written, names, "\n".join(place.window(language)))
    for kind in [kind for kind in _RARE if kind in wrong][:WRONG_EACH]:
        yield Sample(wrong[kind], written, place.number, language, kind, lines, shown_in, source, title)
    headings = place.headings(shown_in)
    if headings and chance.random() < UNDER_HEADINGS:
        told = tuple(chance.sample(headings, min(2, len(headings))))
        yield Sample(written, "", place.number, language, UNSUPPORTED, told, shown_in, source, title)
    if elsewhere.page is not place.page and language in elsewhere.page:
        text = elsewhere.written(language)
        yield Sample(text, "", place.number, language, UNSUPPORTED, lines, shown_in, source, title)


def _places(position: int, page: Texts, chance: random.Random) -> Iterator[_Place]:
    """Up to two places of a page, at lines that are whole sentences."""
    lines = page["en"]
    whole = [number for number, line in enumerate(lines) if _is_sentence(line)]
    for number in chance.sample(whole, min(2, len(whole))):
        joined = number + 1 in whole and chance.random() < JOINED
        yield _Place(position, page, number, number + joined)


def _is_heading(line: str) -> bool:
    return any(map(str.isalpha, line)) and len(line) < LEAST_CHARACTERS and line.rstrip()[-1:] not in _ENDS


def _is_sentence(line: str) -> bool:
    return LEAST_CHARACTERS <= len(line) <= MOST_CHARACTERS and line.rstrip()[-1:] in {".", "!"}


def _names(place: _Place, language: str) -> list[str]:
    if language not in place.page:
        return []
    others = [place.written(other) for other in place.page if other not in {language, "de", "ar"}]
    return names_in(place.written(language), others)


def _in_midst(sentence: str, language: str) -> str:
    """German writes nouns with a capital, so it keeps it."""
    return sentence if language == "de" or sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def _omos(folder: Path, part: str) -> list[Texts]:
    split = "train" if part == "development" else "dev"
    if part == "check":
        return []
    asked = {row["page"] for row in read_rows(folder / "en" / "queries.jsonl") if row["split"] == split}
    pages: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for language in OMOS:
        for row in read_rows(folder / language / "corpus.jsonl"):
            if row["id"] in asked:
                pages[row["id"]][language] = row["text"].split("\n")
    return [page for _, page in sorted(pages.items())]


def _xquad(folder: Path, odd: bool) -> list[Texts]:
    """Each passage in the languages in which it has as many sentences as in English."""
    pages: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for language in XQUAD:
        for row in read_rows(folder / language / "corpus.jsonl"):
            if int(row["id"].split("-")[1]) % 2 == odd:
                text = row["text"]
                pages[row["id"]][language] = [text[s.start : s.end] for s in split_sentences(text, language)]
    return [
        {name: lines for name, lines in page.items() if len(lines) == len(page["en"])}
        for _, page in sorted(pages.items())
    ]


def _ntrex(folder: Path, language: str) -> list[Texts]:
    english = {row["id"]: row["sentences"] for row in read_rows(folder / "en" / "corpus.jsonl")}
    return [
        {language: row["sentences"], "en": english[row["id"]]}
        for row in read_rows(folder / language / "corpus.jsonl")
        if len(row["sentences"]) == len(english[row["id"]])
    ]
