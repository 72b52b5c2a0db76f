"""What the calibrated models see of the sentences that were read: little, and nothing that depends on a language.

Words, names and numbers that question and sentence share, the kind of answer a question expects, headings, lengths and
ranks were tried beside these: learned on all sets but one they made the choice on that one no better, and the
probability of an answer worse.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.candidate import Candidate

SENTENCE_FEATURES = ("pointer", "evidence", "passage_score", "same_language")
"""Columns of `sentence_features`, in order; a calibration has a weight for each.

`same_language`: whether passage and question are in one language, which raises `passage_score` whatever they say.
"""

ANSWER_FEATURES = ("best_reading", "pointer_lead")
"""Columns of `answer_features`, in order. `best_reading`: the highest sum of both logits of a sentence.

`pointer_lead`: how far the best sentence's pointer lies above the median one, since a language that the reader knows
less well gives lower logits to all sentences.
"""

Features = NDArray[np.float64]


def sentence_features(candidates: Sequence[Candidate], language: str) -> Features:
    """One row a sentence, shape (len(candidates), len(SENTENCE_FEATURES)), for a question in `language`."""
    return np.array(
        [
            [item.pointer, item.evidence, item.hit.score, float(item.hit.passage.language == language)]
            for item in candidates
        ]
    )


def answer_features(features: Features, scores: NDArray[np.float64]) -> Features:
    """What tells whether the sentences answer at all, shape (len(ANSWER_FEATURES),).

    `features` are those of the candidates, `scores` what the sentence model makes of them.
    """
    pointers, evidence = features[:, 0], features[:, 1]
    return np.array([(pointers + evidence).max(), pointers[np.argmax(scores)] - np.median(pointers)])
