"""Re-ranking: the best candidates are scored again, by something that sees more of them and is too slow for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.embedded import EmbeddedQuery
from index.fusion import Weights, fuse_late
from index.late_interaction import late_scores

CANDIDATES = 60
"""The best candidates, whose tokens are compared; that takes some 3 ms."""


class RerankerFailed(Exception):
    """A re-ranker that is elsewhere gave no scores. Handled by keeping the first order; never shown."""


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A candidate with its first scores. `text` has the context in front; `tokens` are packed, or empty."""

    text: str
    tokens: bytes
    dense: float
    keywords: float


class Reranker(Protocol):
    """`candidates`: how many of the best it scores again; the others stay behind them in their order."""

    @property
    def candidates(self) -> int: ...

    def scores(self, query: str, embedded: EmbeddedQuery, passages: Sequence[RankedPassage]) -> list[float]:
        """A score for each passage, higher for better ones. Raises `RerankerFailed` where it is out of reach."""
        ...


@dataclass(frozen=True, slots=True)
class LateInteraction:
    """Compares tokens (see `index.late_interaction`); the first scores count beside."""

    weights: Weights = Weights()
    candidates: int = CANDIDATES

    def scores(self, query: str, embedded: EmbeddedQuery, passages: Sequence[RankedPassage]) -> list[float]:
        late = late_scores(embedded.tokens, [passage.tokens for passage in passages]).tolist()
        return [
            fuse_late(score, passage.dense, passage.keywords, self.weights)
            for score, passage in zip(late, passages, strict=True)
        ]


LATE_INTERACTION = LateInteraction()
