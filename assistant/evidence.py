"""Sentences of the passages found, each with the probability that it answers the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.agreement import Asked, asked_by, is_of_another, speaks_of_another
from assistant.asked_contact import contact_asked
from assistant.calibration import Calibration, shares_of
from assistant.candidate import candidates_of, to_read
from assistant.features import answer_features, sentence_features
from assistant.reader import Reader
from index.document import Span
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a found passage and the probability, in [0, 1], that it answers the question.

    `support` is the probability that it belongs to what answers, beside others.
    """

    hit: Hit
    span: Span
    text: str
    probability: float
    support: float


def weigh(
    question: str, language: str, hits: Sequence[Hit], reader: Reader, calibration: Calibration,
    asked: Asked | None = None,
) -> tuple[list[Evidence], float]:  # fmt: skip
    """All sentences with their probabilities, in the passages' order, and the probability that they answer at all.

    Those about another place, year or code than is `asked` about, by default what the question names, are left out:
    they are like it in all else. So are those without a telephone number or address where one is asked for.
    `language` is that of the question's words, whatever language is asked for in reply.
    """
    asked = asked or asked_by(question, language)
    about = to_read(hits, language, lambda hit: not is_of_another(asked, hit))
    read = candidates_of(question, about, reader)
    about_it = [item for item in read if not speaks_of_another(asked, item.hit, item.span)]
    holds = contact_asked(question)
    candidates = [item for item in about_it if holds is None or holds(item.text)]
    if not candidates:
        return [], 0.0
    features = sentence_features(candidates, language)
    scores = calibration.sentence.scores(features)
    found = np.array([hit.score for hit in to_read(hits, language)])
    answered = float(calibration.answer.probabilities(answer_features(features, scores, found)[np.newaxis])[0])
    shares = shares_of(scores)
    # The best sentence answers as surely as the passages do; the others in proportion.
    probabilities = answered * shares / shares.max()
    weighed = [
        Evidence(item.hit, item.span, item.text, float(probability), 1 / (1 + math.exp(-item.evidence)))
        for item, probability in zip(candidates, probabilities, strict=True)
    ]
    return weighed, answered


def best_of_passages(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The most probable sentence of each passage, the most probable one of all first."""
    best: dict[str, Evidence] = {}
    for item in sorted(evidence, key=lambda item: -item.probability):
        best.setdefault(item.hit.passage.id, item)
    return list(best.values())


def of_best_passages(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """The sentences of the `most` passages that hold the most probable ones; those passages in that order."""
    best = [item.hit.passage.id for item in best_of_passages(evidence)[:most]]
    return [item for passage in best for item in evidence if item.hit.passage.id == passage]
