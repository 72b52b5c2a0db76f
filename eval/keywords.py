"""`python -m eval keywords DATA_DIR`: what words alone find, by the analysis of each language in use."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Protocol

import numpy as np
import typer

from eval.calibration_data import draft_of
from eval.metrics import measure
from eval.report import JsonFile, Report, Table, publish
from eval.training_questions import Page, page_of_row, read_rows, relevant
from index.document import Audience
from index.embedding_key import passage_text
from index.entry import IndexEntry
from index.errors import InvalidRequest
from index.keywords import KeywordIndex
from index.language import detect_language

OMOS = ("en", "de", "fr", "ar", "uk")
ACROSS = (("de", "en"), ("en", "de"), ("fr", "de"), ("uk", "en"), ("ar", "de"), ("uk", "de"), ("en", "ar"))
"""Questions in the first language, pages in the second."""
DEPTH = 50
"""Passages asked for, so that ten pages are left when several passages come from one."""
MEASURES = ("ndcg@10", "recall@10")
NO_VECTOR = np.zeros(1, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    language: str
    page: str


@dataclass(frozen=True, slots=True)
class KeywordSet:
    """Questions, each answered by one page of the folders; a page has the same id in each of its languages."""

    name: str
    corpora: tuple[Path, ...]
    questions: tuple[Asked, ...]


class WordSearch(Protocol):
    """Finds passages by their words, best first, with scores."""

    def search(self, query: str, language: str, limit: int) -> Sequence[tuple[int, float]]: ...


@dataclass(frozen=True, slots=True)
class Built:
    """An index over the passages of some pages, and the page of each passage."""

    index: WordSearch
    pages: list[str]
    bytes: int


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa and training.")],
    split: Annotated[str, typer.Option(help="Questions of OMoS-QA: train or dev.")] = "train",
    most: Annotated[int, typer.Option(min=1, help="Ask at most so many questions of a set.")] = 700,
    json_file: JsonFile = None,
) -> None:
    """Search by words alone: in each language, across languages, and in all languages at once."""
    figures: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        built = cache(lambda corpora: build(passages(corpora), Path(folder) / str(len(list(Path(folder).iterdir())))))
        for asked in keyword_sets(data, split, most):
            figures[asked.name] = measured(asked, built(asked.corpora), lambda question: question.language)
            told = measured(asked, built(asked.corpora), lambda question: detect_language(question.text))
            figures[asked.name]["detected ndcg@10"] = told["ndcg@10"]
    publish(_report(figures), json_file)


def keyword_sets(data: Path, split: str, most: int) -> Iterator[KeywordSet]:
    """Raises `InvalidRequest` where the folder lacks the sets."""
    omos, training = data / "omos_qa", data / "training"
    if not omos.is_dir() or not training.is_dir():
        raise InvalidRequest(f"{data} has no folders omos_qa and training.")
    asked = {language: _questions(omos / language, split)[:most] for language in OMOS}
    for language in OMOS:
        yield KeywordSet(f"omos {language}", (omos / language / "corpus.jsonl",), asked[language])
    for language, pages in ACROSS:
        yield KeywordSet(f"omos {language} on {pages}", (omos / pages / "corpus.jsonl",), asked[language])
    together = tuple(omos / language / "corpus.jsonl" for language in OMOS)
    for language in OMOS:
        yield KeywordSet(f"omos {language} on all", together, asked[language])
    for name in ("squad_it", "squad_es_v2", "arcd"):
        questions = _questions(training / name)
        yield KeywordSet(name, (training / name / "corpus.jsonl",), _spread(questions, most))
    pages_of = dict(relevant(training / "squad_es_v2" / "qrels.tsv"))
    crossed = _questions(training / "squad_it", pages_of=pages_of)
    yield KeywordSet("squad_it on squad_es_v2", (training / "squad_es_v2" / "corpus.jsonl",), _spread(crossed, most))


def passages(corpora: Sequence[Path]) -> Iterator[tuple[str, IndexEntry]]:
    """Page and passage, split as ingest would; without titles, which these sets may give in another language."""
    number = 0
    for corpus in corpora:
        for row in read_rows(corpus):
            page: Page = replace(page_of_row(row, ""), title="")
            draft = draft_of(page)
            for passage in draft.passages:
                text = passage_text(passage.context, page.text[passage.span.start : passage.span.end])
                yield page.id, IndexEntry(number, Audience.PUBLIC, passage.language, text, NO_VECTOR)
                number += 1


def build(found: Iterator[tuple[str, IndexEntry]], folder: Path) -> Built:
    index = KeywordIndex.create(folder)
    pairs = list(found)
    index.add(entry for _, entry in pairs)
    size = sum(file.stat().st_size for file in folder.iterdir())
    return Built(index, [page for page, _ in pairs], size)


def measured(asked: KeywordSet, built: Built, language: Callable[[Asked], str]) -> dict[str, float]:
    """nDCG and recall of pages, bytes of index a passage, processor milliseconds a question."""
    run: dict[str, list[str]] = {}
    languages = [language(question) for question in asked.questions]
    started = time.process_time()
    for number, question in enumerate(asked.questions):
        hits = built.index.search(question.text, languages[number], DEPTH)
        run[str(number)] = list(dict.fromkeys(built.pages[hit] for hit, _ in hits))
    seconds = time.process_time() - started
    scores = measure({str(n): {question.page: 1} for n, question in enumerate(asked.questions)}, run)
    return {
        **{name: scores[name] for name in MEASURES},
        "bytes": round(built.bytes / len(built.pages)),
        "ms": round(1000 * seconds / len(asked.questions), 2),
    }


def _questions(folder: Path, split: str | None = None, pages_of: dict[str, str] | None = None) -> tuple[Asked, ...]:
    pages = pages_of or dict(relevant(folder / "qrels.tsv"))
    rows = (row for row in read_rows(folder / "queries.jsonl") if split is None or row["split"] == split)
    return tuple(Asked(row["text"], row["lang"], pages[row["id"]]) for row in rows if row["id"] in pages)


def _spread(questions: tuple[Asked, ...], most: int) -> tuple[Asked, ...]:
    return questions[:: -(-len(questions) // most)]


def _report(figures: dict[str, dict[str, float]]) -> Report:
    columns = list(next(iter(figures.values())))
    rows = [(name, *(str(of_set[column]) for column in columns)) for name, of_set in figures.items()]
    caption = "Words alone: nDCG and recall of pages, bytes a passage, milliseconds a question"
    return Report("Keywords", [Table(caption, ("questions on pages", *columns), rows)], figures)
