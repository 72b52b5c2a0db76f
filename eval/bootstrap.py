"""How far a mean over queries would be another one with other queries of the same kind: percentile bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eval.metrics import Values

SEED = 20261125
RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and between which values it lies in `LEVEL` of the resamples."""

    mean: float
    low: float
    high: float

    def figures(self) -> dict[str, float]:
        """Rounded to four places, for JSON."""
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def interval(values: Values) -> Interval:
    """The mean of one value per query. Raises `ValueError` where there is none.

    Equal numbers of queries are resampled in the same way, so that a difference of two systems, query by query, has the
    interval of a paired comparison.
    """
    if not len(values):
        raise ValueError("There is no mean of no queries.")
    means = _weights(len(values)) @ values
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(values.mean()), float(low), float(high))


@lru_cache(maxsize=8)
def _weights(count: int) -> NDArray[np.float64]:
    """How often each resample draws each of `count` queries, as a share; shape (RESAMPLES, count)."""
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return drawn / count
