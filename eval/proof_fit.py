"""Fits how features of a proof are weighed, and chooses the least support, on the development half alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from assistant.calibration import LogisticModel
from assistant.evidence import Evidence
from assistant.proof import Measured, measure, strongest
from assistant.proof_model import FEATURES, ProofModel, SupportModel
from assistant.sentence_vectors import SentenceVectors
from eval.proof_set import TRUE, UNSUPPORTED, Sample
from index.document import Audience, DocumentSummary, Passage, Span
from index.hit import Hit

CHANGED_SHOWN_WITHIN, CHANGED_SHOWN_ACROSS = 0.03, 0.05
"""Share of the changed sentences of the development half that may be shown, of those in their page's own language and
of others. The product's aim is .05; within a language it is reached with true sentences to spare, so less is let by.
"""
CHANGED_SHOWN_UNLISTED = 0.01
"""The same for languages without a list of negations."""
ROUNDS = 4
"""Of fitting on each sentence's best span, and choosing the best spans anew."""
STRENGTH = 0.3
"""Inverse of the penalty on standardised weights."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sample with what was measured of its passage."""

    sample: Sample
    measured: Sequence[Measured]

    @property
    def across(self) -> bool:
        return self.sample.language != self.sample.lines_language


def weigh_samples(samples: Sequence[Sample], vectors: SentenceVectors) -> list[Weighed]:
    """Each sample's page as one passage, measured by the product itself."""
    found = []
    for sample in samples:
        measured = measure(sample.written, sample.language, evidence_of(sample), vectors)
        found.append(Weighed(sample, measured[0] if measured else ()))
    return found


def evidence_of(sample: Sample) -> list[Evidence]:
    """The lines that have a letter or digit, as sentences of one passage."""
    text = "\n".join(sample.lines)
    spans, start = [], 0
    for line in sample.lines:
        if any(char.isalnum() for char in line):
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    passage = Passage("p", "d", text, Span(0, len(text)), tuple(spans), "", sample.lines_language, None, None)
    document = DocumentSummary("d", "", "", sample.lines_language, None, Audience.PUBLIC, "", 1)
    hit = Hit(passage, document, 0.0, 0.0, 0.0)
    return [Evidence(hit, span, text[span.start : span.end], 0.0, 0.0) for span in spans]


def fitted(weighed: Sequence[Weighed], embedding_model: str) -> ProofModel:
    """The model whose least supports let through as many changed sentences as they may."""
    models = []
    for across in (False, True):
        own = [item for item in weighed if item.across == across]
        logistic = _logistic(own)
        model = SupportModel(logistic, 0.0, 0.0)
        supports = supports_of(own, ProofModel(embedding_model, model, model))
        changed = np.array([item.sample.kind not in (TRUE, UNSUPPORTED) for item in own])
        limits = [
            float(np.quantile(supports[changed], 1 - share, method="higher"))
            for share in (CHANGED_SHOWN_ACROSS if across else CHANGED_SHOWN_WITHIN, CHANGED_SHOWN_UNLISTED)
        ]
        # Just above the last one that may not be shown.
        models.append(SupportModel(logistic, *(round(limit + 0.0005, 3) for limit in limits)))
    return ProofModel(embedding_model, *models)


def supports_of(weighed: Sequence[Weighed], model: ProofModel) -> NDArray[np.float64]:
    """The support of each sample's best span; 0 where all contradict."""
    found = [strongest(item.measured, item.sample.language, model) for item in weighed]
    return np.array([proof.support if proof else 0.0 for proof in found])


def _logistic(weighed: Sequence[Weighed]) -> LogisticModel:
    """True and wrong sentences weigh the same in all, so that a support of .5 is an even chance among as many of both.

    Those that contradict every span are counted in that, but not learned from: rules withhold them.
    """
    true = np.array([item.sample.kind == TRUE for item in weighed])
    each = np.where(true, 0.5 / true.sum(), 0.5 / (~true).sum()) * len(true)
    # The nearest span first; then whichever the weights like best.
    spans = [[span.features for span in item.measured if not span.contradicts] for item in weighed]
    kept = np.array([bool(features) for features in spans])
    chosen = np.array([features[0] for features in spans if features])
    for _ in range(ROUNDS):
        scaler = StandardScaler().fit(chosen)
        learned = LogisticRegression(C=STRENGTH, max_iter=5000)
        learned.fit(scaler.transform(chosen), true[kept], sample_weight=each[kept])
        weights = learned.coef_[0] / scaler.scale_
        chosen = np.array(
            [max(features, key=lambda row: float(np.dot(row, weights))) for features in spans if features]
        )
    return LogisticModel(FEATURES, weights, float(learned.intercept_[0] - scaler.mean_ @ weights))
