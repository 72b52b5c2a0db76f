"""The proof's networks are trained to tell sentences with a made-up word from those without."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.proof_features import FEATURES, Features
from assistant.proof_model import network_of
from assistant.words_matched import FEATURES as WORD_FEATURES
from eval.proof_training import Lesson, arrays_of, made_up, train


def test_words_that_the_original_has_not_are_marked() -> None:
    assert made_up(["it", "is", "free"], ["it", "is", "not", "free"]).tolist() == [0, 0, 1, 0]
    assert made_up(["in", "Rome"], ["in", "Rome"]).tolist() == [0, 0]


def test_one_word_decides() -> None:
    chance = np.random.default_rng(3)
    lessons = [_lesson(chance, true=bool(number % 2)) for number in range(4200)]
    network = train(lessons[:4000], 3)
    right = [(network.logit(lesson.spans[0]) > 0) == lesson.true for lesson in lessons[4000:]]
    assert np.mean(right) > 0.95
    written = lessons[4000].spans[0].written
    assert int(network.written.logits(written).argmax()) == int(np.argmax(lessons[4000].made_up))  # type: ignore[arg-type]


def test_what_is_stored_is_what_was_trained() -> None:
    chance = np.random.default_rng(1)
    lessons = [_lesson(chance, true=bool(number % 2)) for number in range(64)]
    network = train(lessons, 1)
    again = network_of(arrays_of(network, "0."), "0.")
    features = lessons[0].spans[0]
    assert again.logit(features) == pytest.approx(network.logit(features))


def _lesson(chance: np.random.Generator, true: bool) -> Lesson:
    """A made-up word is one whose first feature is low."""
    written, source = (chance.normal(0, 1, (chance.integers(4, 9), WORD_FEATURES)).astype(np.float32) for _ in "ab")
    written[:, 0] = 1.0
    marks = np.zeros(len(written), dtype=np.float32)
    if not true:
        marks[chance.integers(len(written))] = 1.0
        written[marks > 0, 0] = -1.0
    return Lesson([Features((0.5,) * len(FEATURES), written, source)], true, marks, 1.0)
