"""Fits how features of a proof are weighed, and chooses the least support, on the development half alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.evidence import Evidence
from assistant.proof import Measured, measure, strongest
from assistant.proof_model import ProofModel, ProofNetwork, Scale
from assistant.sentence_vectors import SentenceVectors
from eval.proof_set import TRUE, UNSUPPORTED, Sample
from eval.proof_training import Lesson, made_up, train
from index.document import Audience, DocumentSummary, Passage, Span
from index.hit import Hit
from index.language import detect_language

CHANGED_SHOWN_WITHIN, CHANGED_SHOWN_ACROSS = 0.03, 0.05
"""Share of the changed sentences of the development half that may be shown, of those in their page's own language and
of others. The product's aim is .05; within a language it is reached with true sentences to spare, so less is let by.
"""
CHANGED_SHOWN_UNLISTED = 0.01
"""The same for languages without a list of negations."""
UNSUPPORTED_SHOWN = 0.01
"""Share of the true sentences of another page, or under headings alone, that may be shown: no word of theirs is told.
"""
NETWORKS = 4
"""Each is trained without a quarter of the pages, and weighs them: scales and least supports are taken from that."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sample with what was measured of its passage, and which of its words were made up where that is known.

    `language` is what the product takes the sentence to be in.
    """

    sample: Sample
    language: str
    measured: Sequence[Measured]
    made_up: NDArray[np.float32] | None

    @property
    def across(self) -> bool:
        return self.language != self.sample.lines_language


def weigh_samples(samples: Sequence[Sample], vectors: SentenceVectors) -> list[Weighed]:
    """Each sample's page as one passage, measured by the product itself."""
    found = []
    for sample in samples:
        language = detect_language(sample.written, sample.language)
        measured = measure(sample.written, language, evidence_of(sample), vectors)
        marks = None
        if sample.original:
            original, written = vectors.of([sample.original, sample.written])
            marks = made_up(original.words, written.words)
        found.append(Weighed(sample, language, measured[0] if measured else (), marks))
    return found


def evidence_of(sample: Sample) -> list[Evidence]:
    """The lines that have a letter or digit, as sentences of one passage."""
    text = "\n".join(sample.lines)
    spans, start = [], 0
    for line in sample.lines:
        if any(char.isalnum() for char in line):
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    passage = Passage("p", "d", text, Span(0, len(text)), tuple(spans), sample.title, sample.lines_language, None, None)
    document = DocumentSummary("d", "", "", sample.lines_language, None, Audience.PUBLIC, "", 1)
    hit = Hit(passage, document, 0.0, 0.0, 0.0)
    return [Evidence(hit, span, text[span.start : span.end], 0.0, 0.0) for span in spans]


def fitted(weighed: Sequence[Weighed], embedding_model: str, seed: int) -> ProofModel:
    """The model whose least supports let through as many changed sentences as they may, on pages not trained on."""
    lessons = lessons_of(weighed)
    fold = np.array([item.sample.page % NETWORKS for item in weighed])
    networks = [
        train(
            [lesson for lesson, own in zip(lessons, fold, strict=True) if own != number and lesson.spans], seed + number
        )
        for number in range(NETWORKS)
    ]
    logits = np.array([best_logit(item, networks[own]) for item, own in zip(weighed, fold, strict=True)])
    scales = [_scale(weighed, logits, across) for across in (False, True)]
    return ProofModel(embedding_model, tuple(networks), *scales)


def lessons_of(weighed: Sequence[Weighed]) -> list[Lesson]:
    """True and wrong sentences weigh the same, within a language and across."""
    kinds = [(item.across, item.sample.kind == TRUE) for item in weighed]
    share = {kind: len(kinds) / (4 * kinds.count(kind)) for kind in set(kinds)}
    return [
        Lesson([span.features for span in item.measured], kind[1], item.made_up, share[kind])
        for item, kind in zip(weighed, kinds, strict=True)
    ]


def best_logit(item: Weighed, network: ProofNetwork) -> float:
    """Minus infinity where every span contradicts."""
    return max((network.logit(span.features) for span in item.measured), default=-np.inf)


def _scale(weighed: Sequence[Weighed], logits: NDArray[np.float64], across: bool) -> Scale:
    """A support of .5 is an even chance among as many true sentences as wrong ones (Platt, 1999)."""
    own = np.array([item.across == across for item in weighed])
    true = np.array([item.sample.kind == TRUE for item in weighed])
    unsupported = own & np.array([item.sample.kind == UNSUPPORTED for item in weighed])
    changed = own & ~true & ~unsupported
    each = np.where(true, 0.5 / (own & true).sum(), 0.5 / (own & ~true).sum()) * own.sum()
    read = own & np.isfinite(logits)
    learned = LogisticRegression(C=1e6).fit(logits[read, np.newaxis], true[read], sample_weight=each[read])
    slope, intercept = round(float(learned.coef_[0, 0]), 4), round(float(learned.intercept_[0]), 4)
    supports = 1 / (1 + np.exp(-(slope * logits + intercept)))
    unsaid = float(np.quantile(supports[unsupported], 1 - UNSUPPORTED_SHOWN, method="higher"))
    limits = [
        max(unsaid, float(np.quantile(supports[changed], 1 - share, method="higher")))
        for share in (CHANGED_SHOWN_ACROSS if across else CHANGED_SHOWN_WITHIN, CHANGED_SHOWN_UNLISTED)
    ]
    # Just above the last one that may not be shown.
    return Scale(slope, intercept, *(round(limit + 0.0005, 3) for limit in limits))


def supports_of(weighed: Sequence[Weighed], model: ProofModel) -> NDArray[np.float64]:
    """The support of each sample's best span; 0 where all contradict."""
    found = [strongest(item.measured, item.language, model) for item in weighed]
    return np.array([proof.support if proof else 0.0 for proof in found])
