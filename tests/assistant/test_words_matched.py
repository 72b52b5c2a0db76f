"""Words of two texts are compared by their vectors, their letters and what they say no to."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.sentence_vectors import SentenceVector, SentenceVectors
from assistant.spelling import DIMENSIONS, spelling
from assistant.words_matched import FEATURES, Words, word_features
from index.embedding import Embedder


@pytest.fixture(scope="module")
def vectors(embedder: Embedder) -> SentenceVectors:
    return SentenceVectors(embedder)


@pytest.mark.parametrize(("one", "other"), [("Lampedusa", "لامبيدوزا"), ("Ukraine", "Україна"), ("Palermo", "Палермо")])
def test_a_name_is_spelled_alike_in_other_scripts(one: str, other: str) -> None:
    sounds = spelling(one)[:DIMENSIONS] @ spelling(other)[:DIMENSIONS]
    assert sounds > 0.6
    assert sounds > spelling(one)[:DIMENSIONS] @ spelling("München")[:DIMENSIONS] + 0.3


def test_letters_tell_words_of_one_language_apart() -> None:
    assert spelling("Koln")[DIMENSIONS:] @ spelling("Köln")[DIMENSIONS:] == pytest.approx(1)
    assert spelling("before")[DIMENSIONS:] @ spelling("after")[DIMENSIONS:] < 0.5


def test_an_exchanged_name_is_matched_worse_than_the_others(vectors: SentenceVectors) -> None:
    written, source = (
        Words.of(vectors.of([text]), language)
        for text, language in (("The office in Palermo is open.", "en"), ("Das Büro in Lampedusa ist offen.", "de"))
    )
    rows = word_features(written, source)
    assert rows.shape == (len(written.words), FEATURES)
    assert np.isfinite(rows).all()
    assert int(rows[:, 0].argmin()) == written.words.index("Palermo")


def test_without_words_there_are_no_rows() -> None:
    nothing = Words.of([SentenceVector(np.full(4, 0.5, dtype=np.float32), np.empty((0, 4), np.float32))], "en")
    assert word_features(nothing, nothing).shape == (0, FEATURES)


def test_words_of_several_sentences_keep_their_tokens(vectors: SentenceVectors) -> None:
    first, second = vectors.of(["The zoo is closed.", "Lampedusa is open."])
    both = Words.of([first, second], "en")
    assert both.words == first.words + second.words
    start = both.starts[len(first.words)]
    assert np.array_equal(both.tokens[start], second.tokens[second.starts[0]])
