"""`python -m eval retrieval`: how well search finds the passages that answer a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings
from assistant.wiring import open_embedder, open_generations, open_library
from eval.corpus import Query, RetrievalSet, Source, read_retrieval_set
from eval.metrics import MEASURES, Run, measure
from eval.remembering import RememberingEmbedder
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import DataDir, workspace
from index.document import Audience
from index.embedding import Embedder
from index.errors import InvalidRequest
from index.hit import PUBLIC_ONLY, Mode
from index.index import Index
from ingest.pipeline import ingest

DEPTH = 50
"""Passages asked for, so that ten sources are left when several passages come from one."""


def command(
    queries: Annotated[Path, typer.Argument(metavar="QUERIES_DIR", help="Folder of queries.jsonl and qrels.tsv.")],
    corpus: Annotated[Path | None, typer.Option(help="Folder of corpus.jsonl (default: QUERIES_DIR).")] = None,
    mode: Annotated[Mode | None, typer.Option(help="Ask these engines only (default: each, and all together).")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first so many queries.")] = None,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ingest a corpus through the product's own pipeline, search it, and score the rankings."""
    data = read_retrieval_set(queries, corpus, limit)
    modes = [mode] if mode else list(Mode)
    with workspace(data_dir) as settings, closing(searchable(settings, open_embedder(settings))) as index:
        documents = ingest_sources(data.sources, index, settings.data_dir / "corpus")
        scores = score(index, data, documents, modes)
    publish(_report(f"{queries} on {corpus or queries}", data, scores), json_file, html_file)


def searchable(settings: Settings, embedder: Embedder) -> Index:
    """The product's index, but for an embedder that does not embed a query again for each mode."""
    remembering = RememberingEmbedder(embedder)
    return Index(open_library(settings), remembering, open_generations(settings, remembering.name))


def score(
    index: Index, data: RetrievalSet, documents: Mapping[str, str], modes: Sequence[Mode]
) -> dict[Mode, dict[str, float]]:
    """The measures of each mode; `documents` is what `ingest_sources` returned."""
    return {mode: measure(data.qrels, run(index, data.queries, documents, mode)) for mode in modes}


def ingest_sources(sources: Sequence[Source], index: Index, folder: Path) -> dict[str, str]:
    """Write each source to a file, ingest the files, build the search engines; returns source ids by document id.

    Raises `InvalidRequest` if the library holds anything else, or a source could not be ingested.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{number:06}.txt" for number in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source.text, encoding="utf-8")
    report = ingest([str(file) for file in files], lambda: index, index.library, audience=Audience.PUBLIC)
    failed = [item.error.message for item in report.items if item.error]
    if failed:
        raise InvalidRequest(f"{len(failed)} of {len(sources)} texts could not be ingested: {failed[0]}")
    if len(index.library.documents(PUBLIC_ONLY)) != len(sources):
        raise InvalidRequest("The data folder holds other documents too: name one of its own for each corpus.")
    index.settle(force=True)
    return {str(item.document_id): source.id for item, source in zip(report.items, sources, strict=True)}


def run(index: Index, queries: Sequence[Query], documents: Mapping[str, str], mode: Mode) -> Run:
    """Source ids for each query, best first; a source ranks where its best passage does."""
    found: dict[str, list[str]] = {}
    for query in queries:
        result = index.search(query.text, language=query.language, limit=DEPTH, scope=PUBLIC_ONLY, mode=mode)
        found[query.id] = list(dict.fromkeys(documents[hit.document.id] for hit in result.hits))
    return found


def _report(title: str, data: RetrievalSet, scores: Mapping[Mode, Mapping[str, float]]) -> Report:
    rows = [(mode.value, *(f"{figures[name]:.4f}" for name in MEASURES)) for mode, figures in scores.items()]
    caption = f"{title}: {len(data.queries)} queries, {len(data.sources)} texts"
    counts = {"queries": len(data.queries), "passages": len(data.sources)}
    figures = {**counts, **{mode.value: dict(of_mode) for mode, of_mode in scores.items()}}
    return Report("Retrieval", [Table(caption, ("engines", *MEASURES), rows)], figures)
