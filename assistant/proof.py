"""Whether a sentence that a chat model wrote stands in the sources, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from assistant.alignment import Span, spans
from assistant.evidence import Evidence
from assistant.fact_agreement import contradicts
from assistant.negation import LANGUAGES
from assistant.proof_features import Features, Text, features_of
from assistant.proof_model import ProofModel, load_proof_model
from assistant.sentence_vectors import SentenceVector, SentenceVectors
from index.language import detect_language

LOOKED_AT = 8
"""Spans of each passage whose facts are compared, the nearest ones."""
READ = 4
"""Those of them, not contradicting, whose words are looked at one by one."""
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
    """A span of one passage, which does not contradict, and its features."""

    evidence: tuple[Evidence, ...]
    features: Features


def prove(
    sentence: str, language: str, evidence: Sequence[Evidence], vectors: SentenceVectors,
    model: ProofModel | None = None,
) -> Proof | None:  # fmt: skip
    """What supports the sentence, or None if nothing does well enough.

    `language` is the one it should be in; it is proven in the one that it is in, where its words tell: compared as
    if it were in the source's language, a sentence in another would share no word with it and contradict none.
    Numbers, dates, countries and negations must agree with one span of one passage: a sentence of `evidence`, or up to
    three of them in a row, with the title and section above. How well meaning, words and names agree is weighed by a
    model that `python -m eval proof --fit` fitted; that command also chose the least support that is enough.
    """
    model = model or load_proof_model()
    own = detect_language(sentence, language)
    found: list[Proof] = []
    for passage in measure(sentence, own, evidence, vectors):
        best = strongest(passage, own, model)
        if best is not None and best.support >= least_support(own, best.evidence[0], model):
            found.append(best)
    found.sort(key=lambda proof: -proof.support)
    if not found:
        return None
    return Proof(tuple(item for proof in found[:MOST_SPANS] for item in proof.evidence), found[0].support)


def measure(
    sentence: str, language: str, evidence: Sequence[Evidence], vectors: SentenceVectors
) -> list[list[Measured]]:
    """The nearest spans of each passage that do not contradict."""
    if not evidence or not sentence.strip():
        return []
    texts = [sentence, *told_texts(evidence)]
    known = dict(zip(texts, vectors.of(texts), strict=True))
    written = Text(sentence, language, (known[sentence],))
    in_passages = sorted(evidence, key=lambda item: (item.hit.passage.id, item.span.start))
    measured = []
    for _, items in groupby(in_passages, key=lambda item: item.hit.passage.id):
        passage = list(items)
        above = known.get(passage[0].hit.passage.context)
        aligned = spans(known[sentence], [known[item.text] for item in passage], above)
        nearest = sorted(aligned, key=lambda span: -span.nearness)[:LOOKED_AT]
        looked_at = (_measured(written, tuple(passage[n] for n in span.sentences), span, known) for span in nearest)
        measured.append(list(islice((item for item in looked_at if item is not None), READ)))
    return measured


def told_texts(evidence: Sequence[Evidence]) -> list[str]:
    """What has to be embedded before anything can be proven from it."""
    contexts = [item.hit.passage.context for item in evidence if item.hit.passage.context.strip()]
    return list(dict.fromkeys([item.text for item in evidence] + contexts))


def strongest(measured: Sequence[Measured], language: str, model: ProofModel) -> Proof | None:
    """The span of one passage that supports best; a shorter one if nearly as well."""
    if not measured:
        return None
    scale = model.of(language, measured[0].evidence[0].hit.passage.language)
    supports = model.supports([item.features for item in measured], scale)
    enough = [n for n in range(len(measured)) if supports[n] >= supports.max() - SHORTER]
    best = min(enough, key=lambda n: (len(measured[n].evidence), -supports[n]))
    return Proof(measured[best].evidence, float(supports[best]))


def least_support(language: str, item: Evidence, model: ProofModel) -> float:
    """Without a list of negations for both languages a flip would not be seen, so more is asked for."""
    scale = model.of(language, item.hit.passage.language)
    listed = {language, item.hit.passage.language} <= LANGUAGES
    return scale.least if listed else scale.least_unlisted


def _measured(
    written: Text, evidence: tuple[Evidence, ...], span: Span, known: Mapping[str, SentenceVector]
) -> Measured | None:
    """None where the span contradicts."""
    passage = evidence[0].hit.passage
    source = "\n".join(" ".join(item.text.split()) for item in evidence)
    if contradicts(written.text, written.language, source, passage.language, passage.context):
        return None
    told = Text(source, passage.language, tuple(known[item.text] for item in evidence))
    above = known.get(passage.context)
    return Measured(evidence, features_of(written, told, span.features, passage.context, above))
