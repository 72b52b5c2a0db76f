"""The measures of a ranking, as ir-measures computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → source id → grade."""
Run = Mapping[str, Sequence[str]]
"""Query id → source ids, best first, each once."""
Values = NDArray[np.float64]
"""One value per judged query, in the order of the judgements."""

MEASURES = {"ndcg@10": nDCG @ 10, "recall@10": R @ 10, "mrr@10": RR @ 10}


def gain(ranking: Sequence[str], relevant: str) -> float:
    """nDCG@10 where one source is relevant; `ranking` may name a source several times, its first place counts."""
    best = list(dict.fromkeys(ranking))[:10]
    return float(1 / np.log2(2 + best.index(relevant))) if relevant in best else 0.0


def measure_each(qrels: Qrels, run: Run) -> dict[str, Values]:
    """The measures of every judged query; of one that found nothing they are zero."""
    # Scores fall with the rank, so that no measure has to break a tie.
    scored = {query: {source: 1.0 / rank for rank, source in enumerate(sources, 1)} for query, sources in run.items()}
    judged = {query: dict(grades) for query, grades in qrels.items()}
    number = {query: number for number, query in enumerate(judged)}
    name_of = {measure: name for name, measure in MEASURES.items()}
    values = {name: np.zeros(len(judged)) for name in MEASURES}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), judged, scored):
        values[name_of[metric.measure]][number[metric.query_id]] = metric.value
    return values


def measure(qrels: Qrels, run: Run) -> dict[str, float]:
    """Means over all judged queries; one that found nothing counts as zero."""
    return {name: round(float(values.mean()), 4) for name, values in measure_each(qrels, run).items()}
