"""How well the tokens of a written sentence are matched in spans of a source: one sentence, or up to three in a row.

A model merges neighbouring sentences into one, and what it made up shows in the tokens that are matched worst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.sentence_vectors import SentenceVector
from index.hit import units

MOST_SENTENCES = 3
"""In a row, of one passage."""
GAIN = 0.01
"""Mean match that each end of a span must add. A sentence that adds less was only lent its number or its "not".

Across languages the second of two sentences made one often adds no more than .02; how little of a sentence that was
only lent is said shows in `least covered`, which the model weighs.
"""
WORST = 0.2
"""Share of the tokens that are matched worst, whose mean is a feature."""

FEATURES = ("cosine", "matched", "worst fifth", "worst token", "covered", "covered worst fifth", "least covered")


@dataclass(frozen=True, slots=True)
class Span:
    """Positions of the sentences, and the `FEATURES`: cosines, in [-1, 1].

    Of the whole span with the written sentence; of the written sentence's tokens with the nearest in the span: their
    mean, that of the worst fifth, and the worst; of the span's tokens with the nearest in the sentence: their mean,
    that of the worst fifth, and the mean of that sentence of the span which is matched worst.
    """

    sentences: tuple[int, ...]
    features: tuple[float, ...]

    @property
    def nearness(self) -> float:
        """To choose the spans worth a closer look by."""
        return self.features[0] + self.features[1] + 0.5 * self.features[4]


def spans(written: SentenceVector, sentences: Sequence[SentenceVector], above: SentenceVector | None) -> list[Span]:
    """Spans of one passage's sentences, given in the order in which they stand: each alone, and rows that all add.

    Tokens may be matched in the title and section `above` too.
    """
    products = [written.tokens @ sentence.tokens.T for sentence in sentences]
    title = _best(written.tokens @ above.tokens.T, 1) if above else 0.0
    forth = [np.maximum(_best(product, 1), title) for product in products]
    back = [_best(product, 0) for product in products]
    found = []
    for length in range(1, MOST_SENTENCES + 1):
        for first in range(len(sentences) - length + 1):
            chosen = tuple(range(first, first + length))
            weights = np.array([max(1, len(sentences[n].tokens)) for n in chosen])
            cosine = float(written.vector @ units(weights @ np.stack([sentences[n].vector for n in chosen])))
            matched = np.max([forth[n] for n in chosen], axis=0)
            if not _both_ends_add(matched, [forth[n] for n in chosen]):
                continue
            found.append(Span(chosen, _features(cosine, matched, [back[n] for n in chosen])))
    return found


def _both_ends_add(matched: NDArray[np.float32], each: Sequence[NDArray[np.float32]]) -> bool:
    if len(each) == 1 or not len(matched):
        return True
    without = max(np.max(each[1:], axis=0).mean(), np.max(each[:-1], axis=0).mean())
    return float(matched.mean() - without) >= GAIN


def _features(cosine: float, matched: NDArray[np.float32], each: Sequence[NDArray[np.float32]]) -> tuple[float, ...]:
    """`each`: of each sentence. Where the model gives no tokens, the cosine stands for them."""
    covered = np.concatenate(each)
    if not len(matched) or not len(covered):
        return (cosine,) * len(FEATURES)
    return (
        cosine,
        float(matched.mean()),
        _worst(matched),
        float(matched.min()),
        float(covered.mean()),
        _worst(covered),
        min(float(back.mean()) for back in each if len(back)),
    )


def _best(product: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The best cosine of each row or column; 0 where there is nothing to match."""
    best: NDArray[np.float32] = product.max(axis=axis, initial=0.0)
    return best


def _worst(cosines: NDArray[np.float32]) -> float:
    return float(np.sort(cosines)[: max(1, int(len(cosines) * WORST))].mean())
