"""Reads a retrieval set: a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`.

corpus.jsonl    {"id", "text", "title", "lang"}
queries.jsonl   {"id", "text", "lang"}, and "split" where the set is divided
qrels.tsv       query-id, corpus-id, score; with a header line
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics import Qrels
from index.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Source:
    """One text of the corpus. Titles are left out: in these sets they may be in another language than the text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    id: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Every query has at least one judged source in the corpus."""

    sources: tuple[Source, ...]
    queries: tuple[Query, ...]
    qrels: Qrels


def read_retrieval_set(
    queries: Path, corpus: Path | None = None, limit: int | None = None, split: str | None = None
) -> RetrievalSet:
    """Read queries and judgements from one folder and the corpus from another, or from the same.

    Judgements of sources that the corpus lacks are dropped, then queries without any, and those of another `split`; of
    the rest, the first `limit` are kept. Queries that name no split belong to each. Raises `InvalidRequest` for a
    folder that is no retrieval set, and where no query is left.
    """
    sources = tuple(Source(line["id"], line["text"]) for line in _lines(corpus or queries, "corpus.jsonl"))
    judged = _judgements(queries, {source.id for source in sources})
    asked = [
        Query(line["id"], line["text"], line["lang"])
        for line in _lines(queries, "queries.jsonl")
        if line["id"] in judged and (split is None or line.get("split", split) == split)
    ][:limit]
    if not asked:
        raise InvalidRequest(f"No text of {corpus or queries} answers a query of {queries}.")
    return RetrievalSet(sources, tuple(asked), {query.id: judged[query.id] for query in asked})


def _judgements(folder: Path, sources: set[str]) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    with _existing(folder, "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["corpus-id"] in sources:
                judged.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    return judged


def _lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with _existing(folder, name).open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _existing(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise InvalidRequest(f"{folder} is no retrieval set: there is no {name}.")
    return path
