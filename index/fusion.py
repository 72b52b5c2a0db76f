"""One score from a cosine, a keyword score and, where there is one, a late-interaction score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Weights:
    """`keywords`: what a full match of the query's words adds to a cosine among all candidates.

    `late_dense`, `late_keywords`: what cosine and words add to a late-interaction score among the best of them.

    The keyword score is the matched share of the query (see `KeywordIndex.search`), so it fades by itself between two
    languages, where words cannot match; ranks, as in reciprocal rank fusion, do not tell that. `python -m eval fusion`
    learned these on training questions within five languages and across them.
    """

    keywords: float = 0.8
    late_dense: float = 0.15
    late_keywords: float = 0.4


def fuse(dense: Number, keywords: Number, weights: Weights) -> Number:
    """The score that candidates are chosen by."""
    return dense + weights.keywords * keywords


def fuse_late(late: Number, dense: Number, keywords: Number, weights: Weights) -> Number:
    """The score of the best candidates, once their tokens have been compared."""
    return late + weights.late_dense * dense + weights.late_keywords * keywords
