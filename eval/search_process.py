"""Searches in a library that is there already, timed in the process that opens it; for `eval.search_speed`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.settings import load_settings
from assistant.wiring import open_embedder, open_generations, open_library
from eval.fresh_process import memory
from eval.library_process import MODEL_NAME
from eval.synthetic import Query
from index.embedded import EmbeddedPassage, EmbeddedQuery
from index.errors import InvalidRequest
from index.hit import Mode
from index.index import Index
from index.passages import passage_number
from index.scope import EVERYTHING

LIMIT = 10
MODES = (Mode.HYBRID, Mode.DENSE, Mode.KEYWORDS)


class GivenVectors:
    """Knows the queries' vectors beforehand, so that a search is timed without the embedding."""

    name = MODEL_NAME

    def __init__(self, queries: Sequence[Query]) -> None:
        self._embedded = {query.text: query.embedded for query in queries}

    def embed_query(self, text: str) -> EmbeddedQuery:
        return self._embedded[text]

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        raise InvalidRequest("A synthetic library is not embedded.")


@dataclass(frozen=True, slots=True)
class Searches:
    """Of one process: seconds to its first answer, milliseconds of each search, bytes held at the end.

    `found` gives for each query the places, counted from 0, of the passages that the vectors alone find.
    """

    first_seconds: float
    milliseconds: dict[Mode, list[float]]
    found: list[list[int]]
    memory: int


def search(data_dir: Path, queries: Sequence[Query]) -> Searches:
    """Open the library and its engines, and search with given vectors: all that a search does but the embedding."""
    started = time.perf_counter()
    with closing(_open(data_dir, queries)) as index:
        _search(index, queries[0], Mode.HYBRID)
        first_seconds = time.perf_counter() - started
        for query in queries:  # what the first searches read from the disk, later ones find in memory
            _search(index, query, Mode.HYBRID)
        milliseconds: dict[Mode, list[float]] = {mode: [] for mode in MODES}
        found = []
        for mode in MODES:
            for query in queries:
                asked = time.perf_counter()
                places = _search(index, query, mode)
                milliseconds[mode].append(1000 * (time.perf_counter() - asked))
                if mode is Mode.DENSE:
                    found.append(places)
        return Searches(first_seconds, milliseconds, found, memory()[0])


def search_with_model(data_dir: Path, queries: Sequence[Query]) -> list[float]:
    """Milliseconds of each search with the bundled model, which is loaded and warm."""
    settings = load_settings(data_dir=data_dir)
    library = open_library(settings)
    embedder = open_embedder(settings)
    milliseconds = []
    with closing(Index(library, embedder, open_generations(settings, embedder.name))) as index:
        for query in queries[:5]:
            _search(index, query, Mode.HYBRID)
        for query in queries:
            asked = time.perf_counter()
            _search(index, query, Mode.HYBRID)
            milliseconds.append(1000 * (time.perf_counter() - asked))
    return milliseconds


def recall(found: Sequence[Sequence[int]], exact: Sequence[Sequence[int]]) -> float:
    """The share of the exactly nearest passages that were found, over all queries."""
    return float(np.mean([len({*mine} & {*theirs}) / len(theirs) for mine, theirs in zip(found, exact, strict=True)]))


def _open(data_dir: Path, queries: Sequence[Query]) -> Index:
    settings = load_settings(data_dir=data_dir)
    return Index(open_library(settings), GivenVectors(queries), open_generations(settings, MODEL_NAME))


def _search(index: Index, query: Query, mode: Mode) -> list[int]:
    """Places of the passages found: they are numbered from 1 in the order in which the library was filled."""
    result = index.search(query.text, language=query.language, limit=LIMIT, scope=EVERYTHING, mode=mode)
    return [passage_number(hit.passage.id) - 1 for hit in result.hits]
