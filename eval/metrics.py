"""The measures of a ranking, as ir-measures computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → source id → grade."""
Run = Mapping[str, Sequence[str]]
"""Query id → source ids, best first, each once."""

MEASURES = {"ndcg@10": nDCG @ 10, "recall@10": R @ 10, "mrr@10": RR @ 10}


def measure(qrels: Qrels, run: Run) -> dict[str, float]:
    """Means over all judged queries; one that found nothing counts as zero."""
    # Scores fall with the rank, so that no measure has to break a tie.
    scored = {query: {source: 1.0 / rank for rank, source in enumerate(sources, 1)} for query, sources in run.items()}
    judged = {query: dict(grades) for query, grades in qrels.items()}
    means = ir_measures.calc_aggregate(list(MEASURES.values()), judged, scored)
    return {name: round(float(means[measure_]), 4) for name, measure_ in MEASURES.items()}
