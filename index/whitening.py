"""Takes out of e5's vectors what depends on the language a text is in, and keeps what depends on its meaning.

All vectors of such a model point into one narrow cone, and texts of one language lie nearer to each other than to
their own translations. The mean is subtracted, and each direction shrunk by how much translations of one text differ
in it: within-class covariance normalisation (Hatch, Kajarekar & Stolcke, 2006), with a text in all its languages as a
class. `python -m eval whitening` fits it on public translations, and prints what it brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from index.hit import Vectors

WEIGHTS = Path(__file__).parent / "whitening.safetensors"


@dataclass(frozen=True, slots=True)
class Whitening:
    """Means of shape (dimensions,) and a matrix of shape (dimensions, dimensions)."""

    query_mean: Vectors
    passage_mean: Vectors
    matrix: Vectors

    def queries(self, vectors: Vectors) -> Vectors:
        """Whitened rows, of any length."""
        return _product(vectors - self.query_mean, self.matrix)

    def passages(self, vectors: Vectors) -> Vectors:
        return _product(vectors - self.passage_mean, self.matrix)


@dataclass(frozen=True, slots=True)
class Whitenings:
    """One for vectors of whole texts, one for vectors of tokens. `name` tells fits apart: their vectors do not mix."""

    name: str
    texts: Whitening
    tokens: Whitening


def load_whitenings(file: Path = WEIGHTS) -> Whitenings:
    """The fit that comes with this release, for multilingual-e5-small. Raises `OSError` where the file is missing."""
    with safe_open(str(file), framework="numpy") as weights:
        arrays = {name: weights.get_tensor(name).astype(np.float32) for name in weights.keys()}  # noqa: SIM118
        name = weights.metadata()["name"]
    return Whitenings(name, _whitening(arrays, "texts"), _whitening(arrays, "tokens"))


def _product(rows: Vectors, matrix: Vectors) -> Vectors:
    # By torch, which keeps to the threads that the caller gave it; numpy's would take all cores for each batch.
    product: Vectors = (torch.from_numpy(rows) @ torch.from_numpy(matrix)).numpy()
    return product


def _whitening(arrays: dict[str, Vectors], part: str) -> Whitening:
    return Whitening(*(arrays[f"{part}.{name}"] for name in Whitening.__slots__))
