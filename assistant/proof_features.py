"""What is measured of a written sentence and one span of a source, for the proof's model to weigh."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant import alignment, fact_agreement
from assistant.fact_agreement import agreement
from assistant.sentence_vectors import SentenceVector
from assistant.words_matched import Words, word_features

FEATURES = (*alignment.FEATURES, *fact_agreement.FEATURES, "length")
"""Of the span as a whole. `length`: log of the sentence's length over the span's, in characters."""


@dataclass(frozen=True, slots=True)
class Text:
    """Sentences in one language: how they are written, and their vectors."""

    text: str
    language: str
    vectors: tuple[SentenceVector, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """`span`: the `FEATURES`; `written` and `source`: rows of `words_matched` for the words of either, matched in the
    other.
    """

    span: tuple[float, ...]
    written: NDArray[np.float32]
    source: NDArray[np.float32]


def features_of(
    written: Text, source: Text, near: Sequence[float], context: str = "", above: SentenceVector | None = None
) -> Features:
    """`near`: the features of the alignment. Words and names may be matched in the title and section above too: their
    text is `context`, their vectors `above`."""
    names = agreement(written.text, written.language, source.text, source.language, context)
    length = math.log(max(1, len(written.text)) / max(1, len(source.text)))
    own, other = Words.of(written.vectors, written.language), Words.of(source.vectors, source.language)
    told = Words.of((*source.vectors, above), source.language) if above else other
    return Features((*near, *names, length), word_features(own, told), word_features(other, own))
