"""How a measured figure grows with the number of passages, and what it would be where nobody measured it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Band:
    """The least and the most that a figure is taken to be."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Growth:
    """Two laws through the same measured points: `start + each · n` and a multiple of `n ** power`.

    Sizes follow the line, as each passage brings its bytes. Times lie between both: the vectors' graph is searched in
    steps that grow with the logarithm of n, and long lists of words in proportion to n.
    """

    measured: Mapping[int, float]
    start: float
    each: float
    power: float

    @classmethod
    def through(cls, measured: Mapping[int, float]) -> Growth:
        """Least squares of relative errors, so that the largest point does not decide alone.

        Needs positive figures at two sizes at least; raises `ValueError`.
        """
        sizes, values = (np.array(side, dtype=float) for side in zip(*sorted(measured.items()), strict=True))
        if len(sizes) < 2 or values.min() <= 0:
            raise ValueError("growth needs figures above nothing at two sizes or more")
        start, each = np.linalg.lstsq(np.stack([1 / values, sizes / values], 1), np.ones(len(sizes)), rcond=None)[0]
        if start < 0:  # nothing takes no less than nothing
            start, each = 0.0, np.sum(sizes / values) / np.sum((sizes / values) ** 2)
        power = np.polyfit(np.log(sizes), np.log(values), 1)[0]
        return cls(dict(measured), float(start), float(max(each, 0)), float(power))

    def at(self, passages: int) -> Band:
        """As measured, between two measured sizes along the line between them, beyond the largest by both laws."""
        sizes = sorted(self.measured)
        if passages <= sizes[-1]:
            value = float(np.interp(passages, sizes, [self.measured[size] for size in sizes]))
            return Band(value, value)
        line, curve = self.laws(passages)
        return Band(min(line, curve), max(line, curve))

    def laws(self, passages: float) -> tuple[float, float]:
        """By the line and by the power, both beginning at the largest figure that was measured."""
        largest = max(self.measured)
        last = self.measured[largest]
        line = last * (self.start + self.each * passages) / (self.start + self.each * largest)
        return line, last * float(passages / largest) ** self.power

    def surprise(self) -> float | None:
        """How far the largest figure lies outside what the smaller ones foretold, as a share of it; 0 within.

        None with fewer than three sizes.
        """
        if len(self.measured) < 3:
            return None
        largest = max(self.measured)
        found = self.measured[largest]
        band = Growth.through({size: self.measured[size] for size in self.measured if size != largest}).at(largest)
        return max(0.0, band.low - found, found - band.high) / found
