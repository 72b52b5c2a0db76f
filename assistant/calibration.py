"""The learned weights that turn features into probabilities, with the record of how they were learned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "calibration.json"


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """P = 1 / (1 + exp(-(intercept + features · weights))), as `python -m eval calibrate` fitted it."""

    features: tuple[str, ...]
    weights: NDArray[np.float64]
    intercept: float

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities, shape (n,), of feature rows, shape (n, len(features)); never exactly 0 or 1."""
        logits = np.clip(rows @ self.weights + self.intercept, -15.0, 15.0)
        values: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-logits))
        return values


@dataclass(frozen=True, slots=True)
class Calibration:
    """`sentence`: does this sentence answer? `answer`: do the passages answer at all?"""

    embedding_model: str
    sentence: LogisticModel
    answer: LogisticModel


def load_calibration(path: Path = FILE) -> Calibration:
    """The weights that come with this release."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(data["embedding_model"], _model(data["sentence"]), _model(data["answer"]))


def _model(data: dict[str, dict[str, float] | float]) -> LogisticModel:
    weights, intercept = data["weights"], data["intercept"]
    if not isinstance(weights, dict) or isinstance(intercept, dict):
        raise ValueError("a model needs `weights` by feature and an `intercept`")
    return LogisticModel(tuple(weights), np.array(list(weights.values())), float(intercept))
