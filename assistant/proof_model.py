"""The learned weights that turn features of a proof into a support, with the record of how they were learned."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from assistant.proof_features import Features

FILE = Path(__file__).parent / "proof.json"
WEIGHTS = Path(__file__).parent / "proof.safetensors"
LAYERS = 3
"""Of the network that looks at one word."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordNetwork:
    """Weights, shape (inputs, outputs), and biases of `LAYERS` layers: a word's features in, how wrong it seems out."""

    layers: tuple[tuple[Array, Array], ...]

    def logits(self, rows: Array) -> Array:
        """One for each row, shape (n,)."""
        for weight, bias in self.layers[:-1]:
            rows = np.maximum(rows @ weight + bias, np.float32(0))
        weight, bias = self.layers[-1]
        found: Array = (rows @ weight + bias)[:, 0]
        return found


@dataclass(frozen=True, slots=True)
class ProofNetwork:
    """One network for the sentence's words, one for the source's; `weight` and `bias` weigh what they find."""

    written: WordNetwork
    source: WordNetwork
    weight: Array
    bias: float

    def logit(self, features: Features) -> float:
        found = (*pooled(self.written.logits(features.written)), *pooled(self.source.logits(features.source)))
        return float(np.dot(self.weight, np.array([*features.span, *found], dtype=np.float32))) + self.bias


@dataclass(frozen=True, slots=True)
class Scale:
    """Support = 1 / (1 + exp(-(slope * logit + intercept))).

    `least`: support from which a sentence is shown; `least_unlisted`: the same where there is no list of negations for
    one of the two languages.
    """

    slope: float
    intercept: float
    least: float
    least_unlisted: float


@dataclass(frozen=True, slots=True)
class ProofModel:
    """The mean of several networks; one scale for a source in the sentence's own language, one for any other."""

    embedding_model: str
    networks: tuple[ProofNetwork, ...]
    within: Scale
    across: Scale

    def of(self, language: str, other: str) -> Scale:
        return self.within if language == other else self.across

    def logits(self, found: Sequence[Features]) -> NDArray[np.float64]:
        return np.array([np.mean([network.logit(features) for network in self.networks]) for features in found])

    def supports(self, found: Sequence[Features], scale: Scale) -> NDArray[np.float64]:
        """Probabilities, shape (len(found),); never exactly 0 or 1."""
        logits = np.clip(scale.slope * self.logits(found) + scale.intercept, -15.0, 15.0)
        supports: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-logits))
        return supports


def pooled(logits: Array) -> tuple[float, float, float]:
    """Of a text's words: the log of the sum of exponentials, the greatest, the mean probability; 0 without words."""
    if not len(logits):
        return 0.0, 0.0, 0.0
    most = float(logits.max())
    return most + float(np.log(np.exp(logits - most).sum())), most, float((1 / (1 + np.exp(-logits))).mean())


@cache
def load_proof_model(file: Path = FILE, weights: Path = WEIGHTS) -> ProofModel:
    """The weights that come with this release, as `python -m eval proof --fit` fitted them."""
    data = json.loads(file.read_text(encoding="utf-8"))
    arrays = load_file(str(weights))
    networks = tuple(network_of(arrays, f"{number}.") for number in range(data["networks"]))
    return ProofModel(data["embedding_model"], networks, Scale(**data["within"]), Scale(**data["across"]))


def network_of(arrays: Mapping[str, Array], prefix: str = "") -> ProofNetwork:
    """From arrays named as `eval.proof_training` names them."""
    written, source = (
        WordNetwork(tuple((arrays[f"{side}.{n}.weight"], arrays[f"{side}.{n}.bias"]) for n in range(LAYERS)))
        for side in (f"{prefix}written", f"{prefix}source")
    )
    return ProofNetwork(written, source, arrays[f"{prefix}weight"], float(arrays[f"{prefix}bias"][0]))
