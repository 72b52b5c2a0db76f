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
class ChoiceModel:
    """Which of several sentences answers: a conditional logit, P(i) = exp(score_i) / sum of exp(score).

    Fitted on whole questions, so that only what tells the sentences of one question apart has weight
    (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974).
    """

    features: tuple[str, ...]
    weights: NDArray[np.float64]

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores, shape (n,), of feature rows, shape (n, len(features)); only their differences mean anything."""
        values: NDArray[np.float64] = rows @ self.weights
        return values


def shares_of(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities that sum to 1, from the scores of one question's sentences."""
    exponentials = np.exp(scores - scores.max())
    shares: NDArray[np.float64] = exponentials / exponentials.sum()
    return shares


@dataclass(frozen=True, slots=True)
class Calibration:
    """`sentence`: which sentence answers, if one does? `answer`: does one at all?

    `answer_probability`: the operating point, from which on a question is answered. `least_evidence`: probability, by
    the reader, from which a further sentence is shown beside the best one.
    """

    embedding_model: str
    sentence: ChoiceModel
    answer: LogisticModel
    answer_probability: float
    least_evidence: float


def load_calibration(path: Path = FILE) -> Calibration:
    """The weights that come with this release."""
    data = json.loads(path.read_text(encoding="utf-8"))
    sentence, answer = data["sentence"]["weights"], data["answer"]["weights"]
    return Calibration(
        data["embedding_model"],
        ChoiceModel(tuple(sentence), np.array(list(sentence.values()))),
        LogisticModel(tuple(answer), np.array(list(answer.values())), data["answer"]["intercept"]),
        data["answer_probability"],
        data["least_evidence"],
    )
