"""`python -m eval balance OMOS_DIR`: whether a library in many languages is searched fairly."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from assistant.settings import load_settings
from assistant.wiring import open_embedder
from eval.metrics import gain
from eval.parallel_texts import LANGUAGES
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.retrieval import searchable
from eval.splitting import draft_of
from eval.training_questions import read_rows
from eval.ways import DEPTH
from eval.workspace import workspace
from index.embedding import Embedder, SentenceTransformerEmbedder
from index.errors import InvalidRequest
from index.hit import Mode
from index.index import Index
from index.scope import PUBLIC_ONLY
from ingest.split import split

FIRST = 10
"""Places of a result that people look at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: was the page in the question's language, its gain, and how much of the result was in it."""

    same: bool
    gain: float
    own_share: float


def command(
    omos: Annotated[Path, typer.Argument(metavar="OMOS_DIR", help="OMoS-QA, a folder for each language.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions in each language.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Put every page into one library in one of five languages, and ask for it in each of them.

    Four of five questions can only be answered from a page in another language, beside pages on like subjects in the
    asker's own. The same is done with the model's vectors as they are, which lie nearer within a language.
    """
    embedder = open_embedder(load_settings())
    if not isinstance(embedder, SentenceTransformerEmbedder):
        raise InvalidRequest("Balance is measured with the bundled model; unset embedding_model.")
    ways = [("as they are", embedder.unwhitened(), Mode.FUSED), ("whitened", embedder, Mode.FUSED)]
    ways.append(("whitened, tokens compared", embedder, Mode.HYBRID))
    rows, figures = [], {}
    for name, vectors, mode in ways:
        asked = _ask(omos, vectors, mode, limit)
        means = _means(asked)
        figures[name] = means
        rows.append((name, *(f"{value:.4f}" for value in means.values())))
    columns = ("vectors", "page in the asker's language", "in another", f"own language among {FIRST}")
    publish(
        Report("Balance", [Table("nDCG@10 in one library of five languages", columns, rows)], figures),
        json_file,
        html_file,
    )


def _ask(omos: Path, embedder: Embedder, mode: Mode, limit: int | None) -> list[Asked]:
    with workspace() as settings, closing(searchable(settings, embedder)) as index:
        languages = _fill(index, omos)
        return [
            _asked(index, row["text"], row["lang"], row["page"], languages[row["page"]], mode)
            for language in LANGUAGES
            for row in [row for row in read_rows(omos / language / "queries.jsonl") if row["split"] == "dev"][:limit]
        ]


def _fill(index: Index, omos: Path) -> dict[str, str]:
    """Pages in turn in each of the languages; returns the language of each."""
    texts = {
        language: {row["id"]: row["text"] for row in read_rows(omos / language / "corpus.jsonl")}
        for language in LANGUAGES
    }
    languages = {id: LANGUAGES[number % len(LANGUAGES)] for number, id in enumerate(sorted(texts["en"]))}
    index.add([draft_of(id, texts[language][id], split) for id, language in languages.items()])
    index.settle(force=True)
    return languages


def _asked(index: Index, question: str, language: str, page: str, written: str, mode: Mode) -> Asked:
    hits = index.search(question, language=language, limit=DEPTH, scope=PUBLIC_ONLY, mode=mode).hits
    reached = gain([hit.document.uri for hit in hits], page)
    own = np.mean([hit.document.language == language for hit in hits[:FIRST]])
    return Asked(language == written, reached, float(own))


def _means(asked: Sequence[Asked]) -> dict[str, float]:
    return {
        "same": float(np.mean([each.gain for each in asked if each.same])),
        "other": float(np.mean([each.gain for each in asked if not each.same])),
        "own_share": float(np.mean([each.own_share for each in asked])),
    }
