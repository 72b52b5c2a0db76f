"""`python -m eval fusion DATA_DIR`: learns how cosine, keyword and late-interaction scores are added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from assistant.settings import load_settings
from assistant.wiring import open_embedder
from eval.calibration_data import draft_of
from eval.metrics import gain
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.retrieval import searchable
from eval.training_questions import TrainingSet, omos_set, reading_set
from eval.workspace import workspace
from index.fusion import Weights, fuse, fuse_late
from index.hit import Mode
from index.index import Index
from index.late_interaction import late_scores
from index.passages import passage_number
from index.reranking import CANDIDATES
from index.scope import EVERYTHING

KEYWORDS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3)
LATE_DENSE = (0.0, 0.1, 0.15, 0.2, 0.3, 0.5)
LATE_KEYWORDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6)
LANGUAGES = ("en", "de", "fr", "ar", "uk")

Scores = NDArray[np.float64]
Reached = dict[tuple[float, ...], dict[str, float]]
"""By weights, the mean nDCG@10 of each kind of question, and the mean of these."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question's candidates, a row each of cosine, keywords and late interaction, and the pages they are of."""

    group: str
    scores: Scores
    pages: tuple[str, ...]
    page: str

    def ndcg(self, order: Scores) -> float:
        """nDCG@10 over pages, a page counting at its best passage; one page is relevant to a question."""
        return gain([self.pages[place] for place in np.argsort(-order, kind="stable")], self.page)


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa and training.")],
    questions: Annotated[int, typer.Option(min=10, help="Of each language of each set.")] = 120,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Search training questions within five languages and across them, and print what each weight reaches.

    Every kind of question counts alike: those of each set in one language, and those across languages.
    """
    items: list[Ranked] = []
    embedder = open_embedder(load_settings())
    for training in _sets(data, questions):
        with workspace() as settings, closing(searchable(settings, embedder)) as index:
            index.add([draft_of(page) for page in training.pages])
            items.extend(ranked(index, training))
    first: Reached = {(w,): _means(items, partial(_first, Weights(w))) for w in KEYWORDS}
    late: Reached = {
        (d, k): _means(items, partial(_late, Weights(0, d, k))) for d, k in product(LATE_DENSE, LATE_KEYWORDS)
    }
    tables = [_table("Among all candidates", ("keywords",), first), _table("Among the best", _LATE, late)]
    figures = {"best": {"first": _best(first), "late": _best(late)}, "in_use": str(Weights())}
    publish(Report("Fusion", tables, figures), json_file, html_file)


def _first(weights: Weights, scores: Scores) -> Scores:
    return fuse(scores[0], scores[1], weights)


def _late(weights: Weights, scores: Scores) -> Scores:
    return fuse_late(scores[2], scores[0], scores[1], weights)


_LATE = ("late_dense", "late_keywords")


def _sets(data: Path, questions: int) -> list[TrainingSet]:
    omos = [omos_set(data / "omos_qa", language, LANGUAGES, "train", questions) for language in LANGUAGES]
    reading = [reading_set(data / "training" / name, 400, 1) for name in ("squad_it", "squad_es_v2", "arcd")]
    return [*omos, *reading]


def ranked(index: Index, training: TrainingSet) -> Iterable[Ranked]:
    language = training.pages[0].language
    for question in training.questions:
        if not question.answers:
            continue
        hits = index.search(
            question.text, language=question.language, limit=CANDIDATES, scope=EVERYTHING, mode=Mode.FUSED
        ).hits
        numbers = [passage_number(hit.passage.id) for hit in hits]
        read = index.library.passages.for_reranking(numbers)
        tokens = index.embedder.embed_query(question.text).tokens
        late = late_scores(tokens, [read[number][1] for number in numbers])
        scores = np.array([[hit.dense for hit in hits], [hit.keywords for hit in hits], late], dtype=np.float64)
        kind = training.name if question.language == language else "across languages"
        yield Ranked(kind, scores, tuple(hit.document.uri for hit in hits), question.page)


def _means(items: Sequence[Ranked], fused: Callable[[Scores], Scores]) -> dict[str, float]:
    gains: dict[str, list[float]] = defaultdict(list)
    for item in items:
        gains[item.group].append(item.ndcg(fused(item.scores)))
    means = {group: float(np.mean(values)) for group, values in gains.items()}
    return {**means, "mean": float(np.mean(list(means.values())))}


def _best(found: Reached) -> tuple[float, ...]:
    return max(found, key=lambda weights: found[weights]["mean"])


def _table(caption: str, names: Sequence[str], found: Reached) -> Table:
    groups = list(next(iter(found.values())))
    rows = [
        (*(f"{weight:g}" for weight in weights), *(f"{means[group]:.4f}" for group in groups))
        for weights, means in found.items()
    ]
    return Table(f"{caption}: nDCG@10", (*names, *groups), rows)
