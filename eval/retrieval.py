"""Brings a retrieval set into a library through the product's own pipeline, searches it, and scores the rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from assistant.settings import Settings
from assistant.wiring import open_generations, open_library
from eval.bootstrap import Interval, interval
from eval.corpus import Query, RetrievalSet, Source
from eval.metrics import Run, Values, measure_each
from eval.remembering import RememberingEmbedder
from eval.ways import Way
from index.document import Audience
from index.embedding import Embedder
from index.errors import InvalidRequest
from index.index import Index
from index.scope import PUBLIC_ONLY
from ingest.pipeline import Progress, ingest


@dataclass(frozen=True, slots=True)
class Scores:
    """One way of searching: each measure's value query by query, and the median search without embedding in ms."""

    values: Mapping[str, Values]
    milliseconds: float

    def intervals(self) -> dict[str, Interval]:
        return {name: interval(values) for name, values in self.values.items()}

    def means(self) -> dict[str, float]:
        """Rounded to four places."""
        return {name: round(float(values.mean()), 4) for name, values in self.values.items()}


@dataclass(frozen=True, slots=True)
class Gain:
    """What a way of searching brings over the better part of it, by nDCG@10: a paired difference."""

    best_part: str
    difference: Interval


def searchable(settings: Settings, embedder: Embedder) -> Index:
    """The product's index, but for an embedder that does not embed a query again for each way of searching."""
    remembering = embedder if isinstance(embedder, RememberingEmbedder) else RememberingEmbedder(embedder)
    return Index(open_library(settings), remembering, open_generations(settings, remembering.name))


def ingest_sources(
    sources: Sequence[Source], index: Index, folder: Path, progress: Progress | None = None
) -> dict[str, str]:
    """Write each source to a file, ingest the files, build the search engines; returns source ids by document id.

    What an earlier call has ingested from the same folder is used again where it has not changed. Raises
    `InvalidRequest` if the library holds anything else, or a source could not be ingested.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{number:06}.txt" for number in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source.text, encoding="utf-8")
    paths = [str(file) for file in files]
    report = ingest(paths, lambda: index, index.library, audience=Audience.PUBLIC, progress=progress)
    failed = [item.error.message for item in report.items if item.error]
    if failed:
        raise InvalidRequest(f"{len(failed)} of {len(sources)} texts could not be ingested: {failed[0]}")
    if len(index.library.documents(PUBLIC_ONLY)) != len(sources):
        raise InvalidRequest("The data folder holds other documents too: name one of its own for each corpus.")
    index.settle(force=any(item.status != "unchanged" for item in report.items))
    return {str(item.document_id): source.id for item, source in zip(report.items, sources, strict=True)}


def score(index: Index, data: RetrievalSet, documents: Mapping[str, str], ways: Sequence[Way]) -> dict[str, Scores]:
    """The scores of each way, by its name; `documents` is what `ingest_sources` returned."""
    return {way.name: _scores(index, data, documents, way) for way in ways}


def gains(scores: Mapping[str, Scores], ways: Sequence[Way]) -> dict[str, Gain]:
    """For each way that is not an engine alone, by its name; none where no engine alone was measured."""
    parts = {way.name: scores[way.name].values["ndcg@10"] for way in ways if way.part}
    if not parts:
        return {}
    best = max(parts, key=lambda name: float(parts[name].mean()))
    wholes = [way.name for way in ways if not way.part]
    return {name: Gain(best, interval(scores[name].values["ndcg@10"] - parts[best])) for name in wholes}


def _scores(index: Index, data: RetrievalSet, documents: Mapping[str, str], way: Way) -> Scores:
    found, milliseconds = _run(index, data.queries, documents, way)
    return Scores(measure_each(data.qrels, found), median(milliseconds))


def _run(index: Index, queries: Sequence[Query], documents: Mapping[str, str], way: Way) -> tuple[Run, list[float]]:
    """Source ids for each query, best first; a source ranks where its best passage does. Milliseconds beside."""
    found: dict[str, list[str]] = {}
    milliseconds = []
    for query in queries:
        result = way.search(index, query)
        milliseconds.append(result.timings.search)
        found[query.id] = list(dict.fromkeys(documents[hit.document.id] for hit in result.hits))
    return found, milliseconds
