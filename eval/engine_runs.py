"""Fills and searches one engine of vectors, each in a process of its own; for `eval.engines`."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

import numpy as np

from eval.fresh_process import memory
from eval.search_process import LIMIT, recall
from eval.synthetic import PASSAGES, SyntheticLibrary
from index.candidates import MIN_CANDIDATES
from index.document import Audience
from index.entry import IndexEntry
from index.errors import VectorsUnavailable
from index.hit import Vectors
from index.vector_server import open_vector_server
from index.vector_store import VectorStore
from index.vectors import EmbeddedVectors

GENERATION = "generation-measured"
BLOCK = 100
"""Documents made at once."""
BACK_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Filled:
    """Seconds of the engine's own, without those that making the vectors took, and bytes that the client held."""

    seconds: float
    memory: int


@dataclass(frozen=True, slots=True)
class Searched:
    """Of one client: seconds to its first answer, milliseconds of each search, recall, and bytes held."""

    first_seconds: float
    milliseconds: list[float]
    recall: float
    memory: int


def open_store(address: str, folder: Path) -> VectorStore:
    """By the setting `vectors_url`; `milvus:` is a file in the folder, nothing the folder itself."""
    if address == "milvus:":
        store = import_module("eval.milvus_store").MilvusStore(str(folder / "milvus.db"))
        return cast(VectorStore, store)
    return open_vector_server(address) if address else EmbeddedVectors(folder)


def fill(address: str, folder: Path, library: SyntheticLibrary) -> Filled:
    """Put all passages there, numbered from 1, for one audience; the other has none."""
    store = open_store(address, folder)
    seconds = 0.0
    for audience in Audience:
        mine = library.documents if audience is Audience.PUBLIC else 0
        started = time.perf_counter()
        writer = store.writer(GENERATION, audience, mine * PASSAGES)
        seconds += time.perf_counter() - started
        for first in range(0, mine, BLOCK):
            vectors = library.vectors(range(first, min(first + BLOCK, mine)))
            entries = [
                IndexEntry(number, audience, "en", "", vector)
                for number, vector in enumerate(vectors, start=first * PASSAGES + 1)
            ]
            started = time.perf_counter()
            writer.add(entries)
            seconds += time.perf_counter() - started
        started = time.perf_counter()
        writer.finish()
        seconds += time.perf_counter() - started
    return Filled(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def search(address: str, folder: Path, queries: Vectors, exact: Sequence[Sequence[int]]) -> Searched:
    """As many passages as a search asks of an engine; the first round only warms what is read from the disk."""
    started = time.perf_counter()
    reader = open_store(address, folder).reader(GENERATION, Audience.PUBLIC)
    reader.search(queries[0], MIN_CANDIDATES)
    first_seconds = time.perf_counter() - started
    for query in queries:
        reader.search(query, MIN_CANDIDATES)
    milliseconds, found = [], []
    for query in queries:
        started = time.perf_counter()
        nearest = reader.search(query, MIN_CANDIDATES)
        milliseconds.append(1000 * (time.perf_counter() - started))
        found.append([number - 1 for number, _ in nearest[:LIMIT]])
    return Searched(first_seconds, milliseconds, recall(found, exact), memory()[0])


def seconds_until_back(address: str, folder: Path, query: Vectors) -> float:
    """From now until a client that is new, asking as searches do, gets an answer. Raises `VectorsUnavailable`."""
    started = time.perf_counter()
    reader = open_store(address, folder).reader(GENERATION, Audience.PUBLIC)
    while True:
        try:
            reader.search(np.asarray(query, dtype=np.float32), MIN_CANDIDATES)
        except VectorsUnavailable:
            if time.perf_counter() - started > BACK_SECONDS:
                raise
            time.sleep(0.05)
        else:
            return time.perf_counter() - started
