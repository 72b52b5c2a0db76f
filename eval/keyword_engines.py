"""`python -m eval keyword-engines DATA_DIR`: what words alone find in tantivy and in engines made for many machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import numpy as np
import typer

from eval.engine_names import chosen_engines
from eval.keywords import DEPTH, Asked, Built, KeywordSet, WordSearch, keyword_sets, measured, passages
from eval.postgresql_keywords import PostgresKeywords
from eval.postgresql_server import postgresql_server
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from index.entry import IndexEntry
from index.keywords import KeywordIndex

ENGINES = ("tantivy", "postgresql", "milvus")

_Figures = dict[str, dict[str, float]]


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa and training.")],
    split: Annotated[str, typer.Option(help="Questions of OMoS-QA: train or dev.")] = "dev",
    most: Annotated[int, typer.Option(min=1, help="Ask at most so many questions of a set.")] = 300,
    engines: Annotated[str, typer.Option(help="Which, with commas between; milvus needs pymilvus and milvus-lite.")] = (
        "tantivy,postgresql"
    ),
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Search the same passages by words in each engine, with the languages of questions and passages told."""
    names = chosen_engines(engines, ENGINES)
    figures: dict[str, _Figures] = {}
    sets = sorted(keyword_sets(data, split, most), key=lambda each: each.corpora)
    for corpora, grouped in groupby(sets, key=lambda each: each.corpora):
        pairs = list(passages(corpora))
        asked = list(grouped)
        figures |= {each.name: {} for each in asked}
        for name in names:
            with _filled(name, [entry for _, entry in pairs]) as words:
                built = Built(words, [page for page, _ in pairs], 0)
                for each in asked:
                    figures[each.name][name] = _measured(each, built)
    publish(_report(figures, names), json_file, html_file)


def _measured(asked: KeywordSet, built: Built) -> dict[str, float]:
    found = measured(asked, built, lambda question: question.language)
    return {"ndcg@10": found["ndcg@10"], "p50_ms": round(_middle_milliseconds(asked.questions, built.index), 2)}


def _middle_milliseconds(questions: Sequence[Asked], words: WordSearch) -> float:
    """The median search, seen from here: a server's work counts too."""
    spent = []
    for question in questions:
        started = perf_counter()
        words.search(question.text, question.language, DEPTH)
        spent.append(1000 * (perf_counter() - started))
    return float(np.median(spent))


@contextmanager
def _filled(name: str, entries: Sequence[IndexEntry]) -> Iterator[WordSearch]:
    with TemporaryDirectory(prefix="missiondesk-words-") as folder:
        if name == "tantivy":
            index = KeywordIndex.create(Path(folder) / "words")
            index.add(entries)
            yield index
        elif name == "postgresql":
            with postgresql_server() as server, closing(PostgresKeywords(server.url(Path(folder)))) as words:
                words.add(entries)
                yield words
        else:
            made = import_module("eval.milvus_keywords").MilvusKeywords
            with closing(made(str(Path(folder) / "words.db"))) as milvus:
                milvus.add(entries)
                yield milvus


def _report(figures: dict[str, _Figures], names: Sequence[str]) -> Report:
    columns = ["questions on pages", *(f"{name} {what}" for what in ("nDCG@10", "p50 ms") for name in names)]
    rows = [
        (title, *(str(found[name][key]) for key in ("ndcg@10", "p50_ms") for name in names))
        for title, found in figures.items()
    ]
    middle = {name: round(float(np.mean([found[name]["ndcg@10"] for found in figures.values()])), 4) for name in names}
    rows.append(("mean", *(str(middle[name]) for name in names), *("" for _ in names)))
    return Report("Keyword engines", [Table("Words alone", columns, rows)], {"sets": figures, "mean": middle})
