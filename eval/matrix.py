"""Measures every pair of languages of the families: each text is embedded once, and each question once."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from assistant.settings import Settings
from assistant.wiring import open_embedder
from eval.corpus import read_retrieval_set
from eval.families import Family, Pair
from eval.remembering import RememberingEmbedder
from eval.retrieval import Gain, Scores, gains, ingest_sources, score, searchable
from eval.ways import Way
from ingest.origin import PIPELINE_VERSION

TOLD_SECONDS = 10.0
"""How often the progress of one corpus is told."""


@dataclass(frozen=True, slots=True)
class PairResult:
    """What each way of searching reached on one pair, by the way's name."""

    family: Family
    pair: Pair
    queries: int
    texts: int
    scores: Mapping[str, Scores]
    gains: Mapping[str, Gain]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All pairs, and what they were measured with. `embed_milliseconds`: the median over the questions."""

    results: tuple[PairResult, ...]
    day: date
    model: str
    version: str
    pipeline: str
    split: str | None
    limit: int | None
    embed_milliseconds: float


def run_matrix(
    data: Path, pairs: Mapping[Family, Sequence[Pair]], ways: Sequence[Way], settings: Settings, *,
    limit: int | None, split: str | None,
) -> Matrix:  # fmt: skip
    """Measure the pairs, one library for the texts of each language of a family, below the settings' data folder.

    What happens is told on standard error.
    """
    embedder = RememberingEmbedder(open_embedder(settings))
    teller = _Teller(sum(map(len, pairs.values())))
    results: list[PairResult] = []
    for family, of_family in pairs.items():
        for texts in dict.fromkeys(pair.texts for pair in of_family):
            mine = [pair for pair in of_family if pair.texts == texts]
            own = settings.model_copy(update={"data_dir": settings.data_dir / family.folder / texts})
            results += _measured(data, family, mine, ways, own, embedder, teller, limit, split)
    return Matrix(
        tuple(results), datetime.now(UTC).date(), embedder.name, version("missiondesk"), PIPELINE_VERSION,
        split, limit, median(embedder.milliseconds or [0.0]),
    )  # fmt: skip


def _measured(
    data: Path, family: Family, pairs: Sequence[Pair], ways: Sequence[Way], settings: Settings,
    embedder: RememberingEmbedder, teller: _Teller, limit: int | None, split: str | None,
) -> Iterator[PairResult]:  # fmt: skip
    """`pairs` have the same texts."""
    folder = data / family.folder
    sets = {pair: read_retrieval_set(folder / pair.questions, folder / pair.texts, limit, split) for pair in pairs}
    with closing(searchable(settings, embedder)) as index:
        sources = next(iter(sets.values())).sources
        teller.corpus = f"{family.title}, texts in {pairs[0].texts}"
        documents = ingest_sources(sources, index, settings.data_dir / "corpus", teller.ingested)
        for pair, found in sets.items():
            scores = score(index, found, documents, ways)
            teller.measured(f"{family.title} {pair}: {len(found.queries)} questions")
            yield PairResult(family, pair, len(found.queries), len(sources), scores, gains(scores, ways))


class _Teller:
    """Says on standard error how far a run is, with the seconds since it began."""

    def __init__(self, pairs: int) -> None:
        self.corpus = ""
        self._pairs = pairs
        self._measured = 0
        self._started = self._told = time.perf_counter()

    def ingested(self, done: int, total: int) -> None:
        """Of the present corpus."""
        if done == total or (done and time.perf_counter() - self._told > TOLD_SECONDS):
            self._say(f"{self.corpus}: {done} of {total}")

    def measured(self, what: str) -> None:
        self._measured += 1
        self._say(f"{what} (pair {self._measured} of {self._pairs})")

    def _say(self, line: str) -> None:
        self._told = time.perf_counter()
        print(f"{self._told - self._started:6.0f} s  {line}", file=sys.stderr, flush=True)
