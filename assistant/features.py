"""What the calibrated models see of the sentences that were read: little, and nothing that depends on a language.

Words, names and numbers that question and sentence share, the kind of answer a question expects, headings, lengths and
ranks were tried beside these: learned on all sets but one they made the choice on that one no better, and the
probability of an answer worse.

So did what the whitened vectors tell. A sentence's own token vectors, by their mean, moved the right sentence to the
first two places for one question in a hundred more; by late interaction, for none. The cosine or the score of the best
passage seems to tell well whether there is an answer (area under the curve .98 in place of .94, on the questions of
OMoS-QA that it was learned from) as long as all pages about a question's subject are hidden from it. Learned on OMoS-QA
and asked about squad_it, or the other way round, it raised the log loss from .43 to above 1; and on pages about the
subject, of which only the passages that answer were taken away, it told nothing (.81 with and without). Nearness is
not an answer. How far a passage's score stands out among those found is another thing, and tells much: learned on all
training sets but one, the area under the curve on that one rose from .877 to .909 in the mean of six, and the log loss
fell from .443 to .408. Up to a limit only (`MOST_LEAD`; without it the log loss stays): a question about a document's
subject that the document does not answer has a passage that stands out farthest of all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.candidate import READ, Candidate

SENTENCE_FEATURES = ("pointer", "evidence", "passage_score", "same_language")
"""Columns of `sentence_features`, in order; a calibration has a weight for each.

`same_language`: whether passage and question are in one language, which raises `passage_score` whatever they say.
"""

ANSWER_FEATURES = ("best_reading", "pointer_lead", "passage_lead")
"""Columns of `answer_features`, in order. `best_reading`: the highest sum of both logits of a sentence.

`pointer_lead`: how far the best sentence's pointer lies above the median one, since a language that the reader knows
less well gives lower logits to all sentences. `passage_lead`: how far the score of the best sentence's passage lies
above the median passage's, at most `MOST_LEAD`.
"""
MOST_LEAD = 0.15
"""About the median lead where passages answer; .1 and .2 do nearly as well."""
UNKNOWN_LEAD = 0.09
"""Least lead where fewer passages are found than are read: too few to stand out among. The median of all questions."""

Features = NDArray[np.float64]


def sentence_features(candidates: Sequence[Candidate], language: str) -> Features:
    """One row a sentence, shape (len(candidates), len(SENTENCE_FEATURES)), for a question in `language`."""
    return np.array(
        [
            [item.pointer, item.evidence, item.hit.score, float(item.hit.passage.language == language)]
            for item in candidates
        ]
    )


def answer_features(features: Features, scores: NDArray[np.float64], found: NDArray[np.float64]) -> Features:
    """What tells whether the sentences answer at all, shape (len(ANSWER_FEATURES),).

    `features` are those of the candidates, `scores` what the sentence model makes of them, and `found` the scores of
    the passages that search gives to read, whether their sentences are candidates or not.
    """
    pointers, evidence, passages = features[:, 0], features[:, 1], features[:, 2]
    best = np.argmax(scores)
    pointer_lead = pointers[best] - np.median(pointers)
    return np.array([(pointers + evidence).max(), pointer_lead, _passage_lead(float(passages[best]), found)])


def _passage_lead(score: float, found: NDArray[np.float64]) -> float:
    lead = score - float(np.median(found))
    return min(max(lead, UNKNOWN_LEAD) if len(found) < READ else lead, MOST_LEAD)
