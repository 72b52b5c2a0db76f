"""What the reader is not trained on, so that its scores can be calibrated where it has not seen the answers."""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

from eval.training_questions import read_rows, relevant

EVERY_ARTICLE = 8
EVERY_PAGE = 5
SAME_ARTICLES = ("squad_it", "squad_es_v2")
"""Translations of one set: an article held out of the first is held out of the second too."""


def article_of(page: str) -> str:
    """The article that a passage of a reading set belongs to, by their ids."""
    return page.rsplit("-", 1)[0]


def is_held_out_page(page: str) -> bool:
    """Whether a page of OMoS-QA is kept from training; a fifth of them, by a hash of its id."""
    return zlib.crc32(page.encode()) % EVERY_PAGE == 0


@cache
def held_out_articles(training: Path) -> frozenset[str]:
    """Articles of the sets in `training` that are kept from training: every eighth."""
    first, second = (dict(relevant(training / name / "qrels.tsv")) for name in SAME_ARTICLES)
    held = {*_every(first.values()), *_every(_articles(training / "arcd"))}
    return frozenset(held | {article_of(page) for question, page in second.items() if _is_in(first, question, held)})


def _is_in(pages: dict[str, str], question: str, held: set[str]) -> bool:
    return question in pages and article_of(pages[question]) in held


def _articles(folder: Path) -> list[str]:
    return [row["id"] for row in read_rows(folder / "corpus.jsonl")]


def _every(pages: object) -> list[str]:
    return sorted({article_of(page) for page in pages})[::EVERY_ARTICLE]  # type: ignore[attr-defined]
