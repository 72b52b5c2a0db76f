"""Whether a sentence that a chat model wrote stands in the sources, and where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from assistant.alignment import spans
from assistant.evidence import Evidence
from assistant.fact_agreement import agreement, contradicts
from assistant.negation import LANGUAGES
from assistant.proof_model import ProofModel, load_proof_model
from assistant.sentence_vectors import SentenceVectors

LOOKED_AT = 8
"""Spans of each passage that are looked at closely, the nearest ones."""
MOST_SPANS = 2
"""Spans that are quoted for one sentence, each of another passage."""
SHORTER = 0.02
"""A shorter span is taken instead of one that supports better by less than this."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentences to be quoted, those of the best span first, and the probability, in [0, 1], that they support."""

    evidence: tuple[Evidence, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A span of one passage, its features in the order of `proof_model.FEATURES`, and whether it contradicts."""

    evidence: tuple[Evidence, ...]
    features: tuple[float, ...]
    contradicts: bool


def prove(
    sentence: str, language: str, evidence: Sequence[Evidence], vectors: SentenceVectors,
    model: ProofModel | None = None,
) -> Proof | None:  # fmt: skip
    """What supports the sentence, or None if nothing does well enough. `language` is its own.

    Numbers, dates, countries and negations must agree with one span of one passage: a sentence of `evidence`, or up to
    three of them in a row, with the title and section above. How well meaning, tokens and names agree is weighed by a
    model that `python -m eval proof --fit` fitted; that command also chose the least support that is enough.
    """
    model = model or load_proof_model()
    found: list[Proof] = []
    for passage in measure(sentence, language, evidence, vectors):
        best = strongest(passage, language, model)
        if best is not None and best.support >= least_support(language, best.evidence[0], model):
            found.append(best)
    found.sort(key=lambda proof: -proof.support)
    if not found:
        return None
    return Proof(tuple(item for proof in found[:MOST_SPANS] for item in proof.evidence), found[0].support)


def measure(
    sentence: str, language: str, evidence: Sequence[Evidence], vectors: SentenceVectors
) -> list[list[Measured]]:
    """The nearest spans of each passage."""
    if not evidence or not sentence.strip():
        return []
    texts = [sentence, *told_texts(evidence)]
    known = dict(zip(texts, vectors.of(texts), strict=True))
    in_passages = sorted(evidence, key=lambda item: (item.hit.passage.id, item.span.start))
    measured = []
    for _, items in groupby(in_passages, key=lambda item: item.hit.passage.id):
        passage = list(items)
        above = known.get(passage[0].hit.passage.context)
        aligned = spans(known[sentence], [known[item.text] for item in passage], above)
        nearest = sorted(aligned, key=lambda span: -span.nearness)
        measured.append([
            _measured(sentence, language, tuple(passage[n] for n in span.sentences), span.features)
            for span in nearest[:LOOKED_AT]
        ])  # fmt: skip
    return measured


def told_texts(evidence: Sequence[Evidence]) -> list[str]:
    """What has to be embedded before anything can be proven from it."""
    contexts = [item.hit.passage.context for item in evidence if item.hit.passage.context.strip()]
    return list(dict.fromkeys([item.text for item in evidence] + contexts))


def strongest(measured: Sequence[Measured], language: str, model: ProofModel) -> Proof | None:
    """The span of one passage that supports best, of those that do not contradict; a shorter one if nearly as well."""
    kept = [item for item in measured if not item.contradicts]
    if not kept:
        return None
    weighed = model.of(language, kept[0].evidence[0].hit.passage.language).logistic
    supports = weighed.probabilities(np.array([item.features for item in kept]))
    enough = [n for n in range(len(kept)) if supports[n] >= supports.max() - SHORTER]
    best = min(enough, key=lambda n: (len(kept[n].evidence), -supports[n]))
    return Proof(kept[best].evidence, float(supports[best]))


def least_support(language: str, item: Evidence, model: ProofModel) -> float:
    """Without a list of negations for both languages a flip would not be seen, so more is asked for."""
    weighed = model.of(language, item.hit.passage.language)
    listed = {language, item.hit.passage.language} <= LANGUAGES
    return weighed.least if listed else weighed.least_unlisted


def _measured(sentence: str, language: str, evidence: tuple[Evidence, ...], near: tuple[float, ...]) -> Measured:
    passage = evidence[0].hit.passage
    source = "\n".join(" ".join(item.text.split()) for item in evidence)
    compared = (sentence, language, source, passage.language, passage.context)
    length = math.log(max(1, len(sentence)) / max(1, len(source)))
    return Measured(evidence, (*near, *agreement(*compared), length), contradicts(*compared))
