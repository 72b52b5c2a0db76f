"""Whether a sentence that a chat model wrote stands in the sources, and where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.evidence import Evidence
from assistant.names import found_share, mentions_of
from assistant.sentence_vectors import SentenceVectors

MIN_SUPPORT = 0.80
"""Least cosine between a sentence and one in its own language that supports it.

Of training pages' lines and the other lines of their pages, under one in a hundred were as near as that.
"""
MIN_SUPPORT_ACROSS = 0.75
"""The same for one in another language; `python -m eval proof` prints what it lets through."""


def prove(
    sentence: str, language: str, evidence: Sequence[Evidence], vectors: SentenceVectors, least: float | None = None
) -> tuple[Evidence, float] | None:
    """The evidence that supports the sentence and how well, in [0, 1], or None if none does. `language` is its own.

    Independent of language: every number and every name of the sentence must stand in the supporting sentence or the
    title and section above it, and the two must mean nearly the same.
    """
    if not evidence:
        return None
    own = vectors.of([sentence])[0]
    cosines = vectors.of([item.text for item in evidence]) @ own
    mentions = mentions_of(sentence, language)
    for position in np.argsort(-cosines):
        item = evidence[int(position)]
        if cosines[position] < (_least(item, language) if least is None else least):
            continue
        share = found_share(mentions, f"{item.hit.passage.context}\n{item.text}")
        if share is None or share == 1.0:
            return item, float(cosines[position])
    return None


def _least(item: Evidence, language: str) -> float:
    return MIN_SUPPORT if item.hit.passage.language == language else MIN_SUPPORT_ACROSS
