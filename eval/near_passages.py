"""Passages that search would find for a question and that do not answer it: what a reader has to decline."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from eval.reading_examples import Part
from index.embedding import Embedder
from index.hit import Vectors

NEAREST = 8
"""One of so many passages is drawn: the very nearest alone would be the same ones for many questions."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage; `source` names the set or the article it is of, by which a question rules out what may answer it."""

    source: str
    part: Part


class NearPassages:
    """The nearest of many passages to a question, by the embedding that search uses."""

    def __init__(self, embedder: Embedder, placed: Sequence[Placed]) -> None:
        self._embedder = embedder
        self._placed = placed
        texts = [f"{item.part.passage.context}\n{item.part.passage.text}" for item in placed]
        self._vectors: Vectors = np.array([found.vector for found in embedder.embed_passages(texts)])

    def draw(self, question: str, admits: Callable[[str], bool], chance: random.Random) -> Part:
        """One of the `NEAREST` passages among those whose source is admitted."""
        scores = self._vectors @ self._embedder.embed_query(question).vector
        nearest = (self._placed[int(place)] for place in np.argsort(-scores, kind="stable"))
        admitted = (item.part for item in nearest if admits(item.source))
        return chance.choice(list(islice(admitted, NEAREST)))
