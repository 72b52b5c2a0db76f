"""`python -m eval agreement DATA`: what is lost and won by comparing a question's places and years with a passage's."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from assistant.agreement import NOTHING, asked_by, is_of_another, speaks_of_another, years_of
from assistant.calibration import Calibration, load_calibration
from assistant.evidence import weigh
from assistant.places import WORD, Place, asked_places_of, key_of, places_of
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_embedder, open_reader
from eval.reading_examples import Part, ReadingSet, parts_of
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.training_questions import line_spans, page_of_row, read_rows
from index.document import Audience, DocumentSummary, Passage, Span
from index.hit import Hit

READING_SETS = (("squad_it", "it"), ("squad_es_v2", "es"), ("arcd", "ar"))
OMOS_PAIRS = (("en", "en"), ("de", "de"), ("fr", "en"), ("ar", "en"), ("uk", "uk"), ("uk", "de"))
"""Language of the questions and of the pages."""
YEARS_AWAY = 7


@dataclass(frozen=True, slots=True)
class Known:
    """A question with the passage and the sentence that answer it."""

    question: str
    language: str
    hit: Hit
    sentence: Span


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Folder with `training` and `omos_qa`.")],
    limit: Annotated[int, typer.Option(min=1, help="Questions of each set and kind that are read.")] = 60,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Training questions as they are, and the same about another place or year: which are declined?"""
    settings = load_settings()
    reader, calibration = open_reader(settings, open_embedder(settings)), load_calibration()
    figures: dict[str, object] = {}
    rows = []
    for name, known in sets_of(data):
        lost = sum(declines(item) for item in known)
        figures[f"{name}: declined wrongly"] = round(lost / len(known), 4)
        rows.append((name, "as they are", f"{len(known):,}", "", f"{lost / len(known):.2%}"))
        for kind, exchanged in sorted(exchanges(known).items()):
            chosen = exchanged[:: max(1, len(exchanged) // limit)][:limit]
            before = [item for item in chosen if is_answered(item, reader, calibration)]
            share = sum(declines(item) for item in before) / len(before) if before else 0.0
            figures[f"{name}: {kind} exchanged"] = {"answered before": len(before), "declined": round(share, 4)}
            rows.append((name, f"another {kind}", f"{len(chosen):,}", f"{len(before):,}", f"{share:.1%}"))
    table = Table(
        "Questions with a known answer", ("set", "questions", "number", "answered by the reader", "declined"), rows
    )
    publish(Report("Agreement", [table], figures), json_file, html_file)


def sets_of(data: Path) -> Iterator[tuple[str, list[Known]]]:
    """The training questions, each with the first passage that holds its answer."""
    for name, language in READING_SETS:
        folder = data / "training" / name
        titles = {row["id"]: str(row["title"] or "") for row in read_rows(folder / "corpus.jsonl")}
        reading = ReadingSet.of(folder, frozenset())
        found = (
            _known(text, language, reading.parts[page], titles[page], language, answer[0])
            for text, page, answer in reading.questions.values()
        )
        yield name, [item for item in found if item]
    for asked, read in OMOS_PAIRS:
        pages = {row["id"]: page_of_row(row, "") for row in read_rows(data / "omos_qa" / read / "corpus.jsonl")}
        known = []
        for row in read_rows(data / "omos_qa" / asked / "queries.jsonl"):
            if row["split"] == "train" and row["answer_lines"]:
                page = pages[row["page"]]
                start = line_spans(page.text)[row["answer_lines"][0]][0]
                known.append(_known(row["text"], asked, parts_of(page), page.title, read, start))
        yield f"omos {asked} on {read}", [item for item in known if item]


def _known(question: str, asked: str, parts: Sequence[Part], title: str, read: str, answer: int) -> Known | None:
    for part in parts:
        if part.start <= answer < part.end:
            text = part.passage
            whole = Span(0, len(text.text))
            passage = Passage("", "", text.text, whole, text.sentences, text.context, read, None, None)
            summary = DocumentSummary("", title, "", read, None, Audience.PUBLIC, "", 1)
            for sentence in text.sentences:
                if sentence.end > answer - part.start:
                    return Known(question, asked, Hit(passage, summary, 0.0, 0.0, 0.0), sentence)
    return None


def declines(item: Known) -> bool:
    """Whether the sentence is taken to be about something else than the question."""
    asked = asked_by(item.question, item.language)
    return is_of_another(asked, item.hit) or speaks_of_another(asked, item.hit, item.sentence)


def is_answered(item: Known, reader: Reader, calibration: Calibration) -> bool:
    """Whether the passage is taken for an answer where names are not compared, with the right sentence as the best."""
    evidence, probability = weigh(item.question, item.language, [item.hit], reader, calibration, asked=NOTHING)
    best = max(evidence, key=lambda found: found.probability, default=None)
    return best is not None and best.span == item.sentence and probability >= calibration.answer_probability


def exchanges(known: Sequence[Known], seed: int = 5) -> dict[str, list[Known]]:
    """The questions with one city, country or year exchanged for another that their passage does not name."""
    chance = random.Random(seed)
    named = [(item, word, place) for item in known for word, place in _place_words(item)]
    pool = sorted({(word, place) for _, word, place in named}, key=lambda pair: pair[0])
    found: dict[str, list[Known]] = defaultdict(list)
    for item, word, place in named:
        text = f"{item.hit.passage.text}\n{item.hit.passage.context}\n{item.hit.document.title}"
        there = places_of(text, item.hit.passage.language)
        others = [
            other
            for other, meant in pool
            if meant.city == place.city and not any(known.fits(meant) for known in (place, *there))
        ]
        if others:
            question = item.question.replace(word, chance.choice(others), 1)
            found["city" if place.city else "country"].append(replace(item, question=question))
    for item in known:
        for year in sorted(years_of(item.question))[:1]:
            question = item.question.replace(str(year), str(year - YEARS_AWAY))
            if not years_of(question) & years_of(item.hit.passage.text):
                found["year"].append(replace(item, question=question))
    return found


def _place_words(item: Known) -> Iterator[tuple[str, Place]]:
    """Single words of the question that name a place, as they are written."""
    names = {place.name: place for place in asked_places_of(item.question, item.language)}
    for match in WORD.finditer(item.question):
        if (place := names.get(key_of(match.group()))) is not None:
            yield match.group(), place
