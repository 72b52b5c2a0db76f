"""Re-ranking by a service that speaks the `/rerank` interface: Cohere, Jina, vLLM, llama.cpp and others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from index.embedded import EmbeddedQuery
from index.reranking import RankedPassage, RerankerFailed

CANDIDATES = 40
"""What is sent for each search; services are paid and slow by the passage."""
SECONDS = 5.0
"""Longest wait for an answer: a search that takes longer is given up by people."""
REST_SECONDS = 30.0
"""How long a service that failed is not asked again, so that not every search waits for it."""


class RerankService:
    """Sends the query and the passages' texts, of internal documents too, to the service of the settings."""

    candidates = CANDIDATES

    def __init__(
        self, base_url: str, model: str, key: str | None = None, *, seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        """`base_url` is what stands before `/rerank`, such as `https://api.jina.ai/v1`. Nothing is asked yet."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(headers=headers, timeout=seconds, trust_env=False)
        self._url = base_url.rstrip("/") + "/rerank"
        self._model = model
        self._clock = clock
        self._rests_until = float("-inf")

    def scores(self, query: str, embedded: EmbeddedQuery, passages: Sequence[RankedPassage]) -> list[float]:
        """Raises `RerankerFailed`, also while a service that failed is left alone."""
        if self._clock() < self._rests_until:
            raise RerankerFailed("it failed a moment ago")
        try:
            return self._asked(query, [passage.text for passage in passages])
        except RerankerFailed:
            self._rests_until = self._clock() + REST_SECONDS
            raise

    def _asked(self, query: str, texts: Sequence[str]) -> list[float]:
        body = {"model": self._model, "query": query, "documents": list(texts), "top_n": len(texts)}
        try:
            response = self._client.post(self._url, json=body)
            response.raise_for_status()
            return _scores_of(response.json(), len(texts))
        except httpx.HTTPStatusError as error:
            raise RerankerFailed(f"it answered with {error.response.status_code}") from error
        except httpx.HTTPError as error:
            raise RerankerFailed(type(error).__name__) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RerankerFailed("its answer has not the form of the interface") from error


def _scores_of(answer: Any, count: int) -> list[float]:
    """Raises `ValueError` and its like where not each of the `count` passages has one score."""
    scores = {int(item["index"]): float(item["relevance_score"]) for item in answer["results"]}
    if scores.keys() != set(range(count)):
        raise ValueError("not every passage has a score")
    return [scores[place] for place in range(count)]
