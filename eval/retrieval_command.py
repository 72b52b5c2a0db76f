"""`python -m eval retrieval`: how well search finds the texts that answer a question, on one set or on all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from assistant.wiring import open_embedder
from eval.corpus import RetrievalSet, read_retrieval_set
from eval.families import chosen_pairs
from eval.matrix import run_matrix
from eval.matrix_page import matrix_report
from eval.metrics import MEASURES
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.retrieval import Scores, gains, ingest_sources, score, searchable
from eval.ways import WAYS, Way
from eval.workspace import DataDir, workspace
from index.errors import InvalidRequest
from index.hit import Mode

SPLIT = "dev"
"""What the matrix reports of a family that is divided: the other part may have been learned from."""


def command(
    data: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of queries.jsonl and qrels.tsv; with --matrix, of families.")
    ],
    matrix: Annotated[bool, typer.Option("--matrix", help="All pairs of languages of the families in DIR.")] = False,
    corpus: Annotated[Path | None, typer.Option(help="Folder of corpus.jsonl (default: DIR).")] = None,
    mode: Annotated[Mode | None, typer.Option(help="Ask these engines only (default: each, and all together).")] = None,
    families: Annotated[str, typer.Option(help="With --matrix: these only, such as xquad,ntrex.")] = "",
    pairs: Annotated[str, typer.Option(help="With --matrix: these only, questions first, such as ro-en.")] = "",
    split: Annotated[
        str | None, typer.Option(help=f"Only queries of this split; --matrix: {SPLIT}, `all` for every one.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only the first so many queries.")] = None,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ingest texts through the product's own pipeline, search them in each way, and score the rankings."""
    ways = [way for way in WAYS if mode is None or way.name == mode.value]
    part = None if split == "all" else split or (SPLIT if matrix else None)
    if matrix:
        if corpus:
            raise InvalidRequest("--corpus is for one set; --matrix takes the corpora of the families.")
        chosen = chosen_pairs(data, _names(families), _names(pairs))
        with workspace(data_dir) as settings:
            measured = run_matrix(data, chosen, ways, settings, limit=limit, split=part)
        publish(matrix_report(measured, ways), json_file, html_file)
        return
    if families or pairs:
        raise InvalidRequest("--families and --pairs are for --matrix.")
    found = read_retrieval_set(data, corpus, limit, part)
    with workspace(data_dir) as settings, closing(searchable(settings, open_embedder(settings))) as index:
        documents = ingest_sources(found.sources, index, settings.data_dir / "corpus")
        scores = score(index, found, documents, ways)
    publish(_report(f"{data} on {corpus or data}", found, scores, ways), json_file, html_file)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _report(title: str, data: RetrievalSet, scores: Mapping[str, Scores], ways: Sequence[Way]) -> Report:
    intervals = {name: of_way.intervals() for name, of_way in scores.items()}
    better = gains(scores, ways)
    rows = [
        (name, *(f"{each.mean:.4f} ({each.low:.3f}–{each.high:.3f})" for each in of_way.values()))
        for name, of_way in intervals.items()
    ]
    caption = f"{title}: {len(data.queries)} queries, {len(data.sources)} texts"
    figures: dict[str, object] = {
        "queries": len(data.queries),
        "passages": len(data.sources),
        **{name: of_way.means() for name, of_way in scores.items()},
        "intervals": {
            name: {measure: each.figures() for measure, each in of_way.items()} for name, of_way in intervals.items()
        },
        "gains": {name: {"over": gain.best_part, **gain.difference.figures()} for name, gain in better.items()},
        "milliseconds": {name: round(of_way.milliseconds, 2) for name, of_way in scores.items()},
    }
    return Report("Retrieval", [Table(caption, ("engines", *MEASURES), rows)], figures)
