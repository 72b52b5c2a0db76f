"""The learned weights that turn features of a proof into a support, with the record of how they were learned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from assistant import alignment, fact_agreement
from assistant.calibration import LogisticModel

FILE = Path(__file__).parent / "proof.json"
FEATURES = (*alignment.FEATURES, *fact_agreement.FEATURES, "length")
"""`length`: log of the sentence's length over the span's, in characters."""


@dataclass(frozen=True, slots=True)
class SupportModel:
    """`least`: support from which a sentence is shown; `least_unlisted`: the same where there is no list of negations
    for one of the two languages.
    """

    logistic: LogisticModel
    least: float
    least_unlisted: float


@dataclass(frozen=True, slots=True)
class ProofModel:
    """One model for a source in the sentence's own language, one for any other."""

    embedding_model: str
    within: SupportModel
    across: SupportModel

    def of(self, language: str, other: str) -> SupportModel:
        return self.within if language == other else self.across


@cache
def load_proof_model(path: Path = FILE) -> ProofModel:
    """The weights that come with this release, as `python -m eval proof --fit` fitted them."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return ProofModel(data["embedding_model"], _support(data["within"]), _support(data["across"]))


def _support(data: dict[str, object]) -> SupportModel:
    weights = data["weights"]
    assert isinstance(weights, dict)
    logistic = LogisticModel(tuple(weights), np.array(list(weights.values())), float(str(data["intercept"])))
    return SupportModel(logistic, float(str(data["least"])), float(str(data["least_unlisted"])))
