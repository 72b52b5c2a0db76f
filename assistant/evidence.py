"""Sentences of the passages found, each with the probability that it answers the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.calibration import Calibration, shares_of
from assistant.expectation import Expectation, expectations_of, meets
from assistant.names import Mentions, found_share, maybe_found, mentions_of
from assistant.sentence_vectors import SentenceVectors
from index.analysis import analyse
from index.document import Span
from index.hit import Hit, Vector
from index.language import is_function_word, is_latin

PASSAGES = 5
"""Passages read for one question."""
SENTENCES = 40
"""Sentences read for one question; embedding them is most of an answer's time."""

FEATURES = (
    "cosine",
    "cosine_other_language",
    "passage_cosine",
    "cosine_to_best",
    "previous_cosine",
    "after_question",
    "passage_score",
    "passage_rank",
    "word_share",
    "word_share_to_best",
    "names_in_sentence",
    "names_in_passage",
    "names_missing",
    "maybe_names",
    "expectation_met",
    "expectation_unmet",
    "is_lead_in",
    "is_heading",
    "is_short",
    "log_length",
    "same_language",
    "same_language_words",
)
"""Names of the columns that `features_of` returns, in order; a calibration has a weight for each."""

Features = NDArray[np.float64]
"""Shape (sentences, len(FEATURES))."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a found passage and the probability, in [0, 1], that it answers the question."""

    hit: Hit
    span: Span
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Query:
    """A question with what is read out of it once."""

    text: str
    language: str
    vector: Vector
    words: frozenset[str]
    mentions: Mentions
    expectations: frozenset[Expectation]

    @classmethod
    def of(cls, question: str, language: str, vector: Vector) -> Query:
        return cls(
            question, language, vector, content_terms(question, language), mentions_of(question, language),
            expectations_of(question, language),
        )  # fmt: skip


def content_terms(text: str, language: str) -> frozenset[str]:
    """One term for each word that carries meaning: its stem where the language has one, else the word itself."""
    return frozenset(
        word.stems[-1] if word.stems else word.exact
        for word in analyse(text, language)
        if not is_function_word(word.exact[1:], language)
    )


def sentences_of(hits: Sequence[Hit]) -> list[Evidence]:
    """The sentences of the best passages, in the passages' order, none twice; probabilities still unknown."""
    sentences: dict[tuple[str, int, int], Evidence] = {}
    for hit in hits[:PASSAGES]:
        start = hit.passage.span.start
        for span in hit.passage.sentences:
            text = hit.passage.text[span.start - start : span.end - start]
            if any(char.isalnum() for char in text):
                sentences.setdefault((hit.document.id, span.start, span.end), Evidence(hit, span, text, 0.0))
    return list(sentences.values())[:SENTENCES]


def features_of(query: Query, sentences: Sequence[Evidence], vectors: SentenceVectors) -> Features:
    """One row a sentence; see `FEATURES`."""
    cosines = vectors.of([item.text for item in sentences]) @ query.vector
    shares = np.array([_word_share(query, item) for item in sentences])
    best_cosine, best_share = cosines.max(), shares.max()
    previous = _previous_cosines(sentences, cosines)
    ranks = {hit_id: rank for rank, hit_id in enumerate(dict.fromkeys(item.hit.passage.id for item in sentences))}
    best_score = max(item.hit.score for item in sentences)
    rows = [
        [
            cosine,
            cosine * (item.hit.passage.language != query.language),
            item.hit.dense,
            cosine - best_cosine,
            before - best_cosine,
            float(follows_question) * (1 + 10 * (before - best_cosine)),
            item.hit.score - best_score,
            1 / (1 + ranks[item.hit.passage.id]),
            share,
            share - best_share,
            *_name_features(query.mentions, item),
            *_expectation_features(query.expectations, item.text),
            float(item.text.endswith(":")),
            float(item.text[-1].isalnum() and len(item.text) < 80),
            float(len(item.text) < 25),
            math.log(len(item.text)),
            float(item.hit.passage.language == query.language),
            share * (item.hit.passage.language == query.language),
        ]
        for item, cosine, share, (before, follows_question) in zip(sentences, cosines, shares, previous, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


def _previous_cosines(sentences: Sequence[Evidence], cosines: NDArray[np.float32]) -> list[tuple[float, bool]]:
    """For each sentence the cosine of the one before it in its passage, and whether that one is a question.

    A sentence under a heading or a question much like the asker's often answers without repeating its words.
    """
    lowest = float(cosines.min())
    found = []
    for position, item in enumerate(sentences):
        before = sentences[position - 1] if position else None
        if before and before.hit.passage.id == item.hit.passage.id:
            found.append((float(cosines[position - 1]), _is_question(before.text)))
        else:
            found.append((lowest, False))
    return found


def _is_question(text: str) -> bool:
    return text.endswith(("?", "؟"))


def weigh(
    query: Query, hits: Sequence[Hit], vectors: SentenceVectors, calibration: Calibration
) -> tuple[list[Evidence], float]:
    """All sentences with their probabilities, in the passages' order, and the probability that they answer at all."""
    sentences = sentences_of(hits)
    if not sentences:
        return [], 0.0
    features = features_of(query, sentences, vectors)
    # A question in a document, such as a heading of its FAQ, is like the asker's own but answers nothing.
    kept = [position for position, item in enumerate(sentences) if not _is_question(item.text)]
    if not kept:
        return [], 0.0
    scores = calibration.sentence.scores(features[kept])
    answered = float(
        calibration.answer.probabilities(answer_features(features[kept], scores, hits, query.language)[np.newaxis])[0]
    )
    shares = shares_of(scores)
    # The best sentence answers as surely as the passages do; the others in proportion.
    probabilities = answered * shares / shares.max()
    weighed = [replace(sentences[i], probability=float(p)) for i, p in zip(kept, probabilities, strict=True)]
    return weighed, answered


ANSWER_FEATURES = (
    "best_share",
    "score_lead",
    "score_over_median",
    "best_cosine",
    "best_cosine_other_language",
    "cosine_lead",
    "passage_cosine",
    "passage_cosine_lead",
    "keywords",
    "word_share",
    "names_in_best_passage",
    "name_missing",
    "maybe_names",
    "expectation_unmet",
    "other_language",
    "other_script",
)
"""Names of the columns that `answer_features` returns, in order."""


def answer_features(
    features: Features, scores: NDArray[np.float64], hits: Sequence[Hit], language: str
) -> NDArray[np.float64]:
    """What tells whether the passages answer a question in `language` at all, shape (len(ANSWER_FEATURES),).

    Leads over the mean matter beside the values: how near unrelated texts are differs from language to language.
    """
    column = {name: features[:, position] for position, name in enumerate(FEATURES)}
    order = np.argsort(-scores)
    best, second = int(order[0]), int(order[min(1, len(order) - 1)])
    other = 1.0 - column["same_language"][best]
    cosine = column["cosine"].max()
    passages = [hit.dense for hit in hits]
    return np.array(
        [
            shares_of(scores)[best],
            scores[best] - scores[second],
            scores[best] - float(np.median(scores)),
            cosine,
            cosine * other,
            cosine - np.mean(column["cosine"]),
            max(passages),
            max(passages) - float(np.mean(passages)),
            max(hit.keywords for hit in hits),
            column["word_share"].max(),
            column["names_in_passage"][best],
            column["names_missing"][best],
            column["maybe_names"][best],
            column["expectation_unmet"][best],
            other,
            float(is_latin(language) != is_latin(hits[0].passage.language)),
        ]
    )


def _word_share(query: Query, item: Evidence) -> float:
    """Share of the question's content words in the sentence; its title and section count half."""
    if not query.words:
        return 0.0
    own = content_terms(item.text, item.hit.passage.language) | content_terms(item.text, query.language)
    around = content_terms(item.hit.passage.context, query.language)
    return (len(query.words & own) + 0.5 * len(query.words & (around - own))) / len(query.words)


def _name_features(mentions: Mentions, item: Evidence) -> tuple[float, float, float, float]:
    surroundings = f"{item.hit.passage.context}\n{item.hit.passage.text}"
    in_passage = found_share(mentions, surroundings)
    maybe = float(min(3, maybe_found(mentions, item.text)))
    if in_passage is None:
        return 0.0, 0.0, 0.0, maybe
    return found_share(mentions, item.text) or 0.0, in_passage, 1.0 - in_passage, maybe


def _expectation_features(expectations: frozenset[Expectation], text: str) -> tuple[float, float]:
    if not expectations:
        return 0.0, 0.0
    met = sum(meets(expectation, text) for expectation in expectations) / len(expectations)
    return met, 1.0 - met
