"""Puts the candidates of a search in order."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.embedded import EmbeddedQuery
from index.fusion import Weights, fuse
from index.hit import Vector
from index.passages import Admitted, PassageReader
from index.reranking import RankedPassage, Reranker, RerankerFailed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its scores; see `Hit`."""

    item: Admitted
    score: float
    dense: float
    keywords: float

    @property
    def number(self) -> int:
        return self.item.number

    def with_score(self, score: float) -> Scored:
        return Scored(self.item, score, self.dense, self.keywords)


def ranked(
    admitted: Sequence[Admitted], vector: Vector | None, keywords: Mapping[int, float], weights: Weights
) -> list[Scored]:
    """Candidates by the sum of both engines' scores, best first."""
    scored = []
    for item in admitted:
        # From the library's own vector: exact, and there also for passages that only keywords found.
        dense = float(item.vector @ vector) if vector is not None else 0.0
        matched = keywords.get(item.number, 0.0)
        scored.append(Scored(item, fuse(dense, matched, weights), dense, matched))
    return in_order(scored)


def reranked(
    first: Sequence[Scored], query: str, embedded: EmbeddedQuery, reranker: Reranker, passages: PassageReader
) -> list[Scored]:
    """The best of the candidates in the re-ranker's order, the others behind them as they were.

    Where the re-ranker fails all stay as they were: a worse order is better than no result.
    """
    best, others = first[: reranker.candidates], first[reranker.candidates :]
    read = passages.for_reranking([scored.number for scored in best])
    given = [RankedPassage(*read[scored.number], scored.dense, scored.keywords) for scored in best]
    try:
        scores = reranker.scores(query, embedded, given)
    except RerankerFailed as failure:
        _log.warning("the re-ranker gave no scores: %s", failure)
        return list(first)
    again = in_order(scored.with_score(score) for scored, score in zip(best, scores, strict=True))
    if others:
        # Scores of another scale, moved below the last one's so that a higher score is better in the whole list.
        lowered = again[-1].score - best[-1].score
        again += [scored.with_score(scored.score + lowered) for scored in others]
    return again


def in_order(scored: Iterable[Scored]) -> list[Scored]:
    """Best first; the number settles ties, so that equal searches give equal lists."""
    return sorted(scored, key=lambda each: (-each.score, each.number))
