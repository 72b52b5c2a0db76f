"""Re-ranking by a cross-encoder, a model that reads query and passage together."""

from __future__ import annotations

from collections.abc import Sequence

import sentence_transformers

from index.embedded import EmbeddedQuery
from index.reranking import RankedPassage

CANDIDATES = 20
"""Reading one passage takes tens of milliseconds, so fewer are read than have their tokens compared."""


class CrossEncoder:
    """Any `CrossEncoder` of sentence-transformers, from a folder or by name."""

    def __init__(self, folder_or_name: str, *, offline: bool, candidates: int = CANDIDATES) -> None:
        """With `offline` nothing is fetched. Raises `OSError` or `ValueError` where there is no such model."""
        self.candidates = candidates
        self._model = sentence_transformers.CrossEncoder(folder_or_name, device="cpu", local_files_only=offline)

    def scores(self, query: str, embedded: EmbeddedQuery, passages: Sequence[RankedPassage]) -> list[float]:
        pairs = [(query, passage.text) for passage in passages]
        scores: list[float] = self._model.predict(pairs, show_progress_bar=False).tolist()
        return scores
