"""How each word of one text is matched in another: what was made up shows in single words.

Features of a word tell how near its tokens and how alike its letters are to the nearest word of the other text, whether
it may be a name, and whether it says no or turns a statement round where the other text does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.negation import word_sides
from assistant.sentence_vectors import SentenceVector
from assistant.spelling import DIMENSIONS, spelling
from index.hit import Vectors

FEATURES = 32
_NO_CAPITALS = frozenset({"ar", "fa", "ur", "he", "hi", "zh", "ja", "ko", "th", "ka", "am", "ti", "ps", "ku"})


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a text in `language`: `starts`, the number of each one's first token; `tokens`, their unit vectors."""

    language: str
    words: tuple[str, ...]
    starts: NDArray[np.int64]
    tokens: Vectors

    @classmethod
    def of(cls, sentences: Sequence[SentenceVector], language: str) -> Words:
        """All the words of the sentences, in order."""
        before = np.cumsum([0, *(len(sentence.tokens) for sentence in sentences)])
        return cls(
            language,
            tuple(word for sentence in sentences for word in sentence.words),
            np.array(
                [
                    start + first
                    for first, sentence in zip(before, sentences, strict=False)
                    for start in sentence.starts
                ],
                dtype=np.int64,
            ),
            np.concatenate([sentence.tokens for sentence in sentences]),
        )


def word_features(words: Words, other: Words) -> NDArray[np.float32]:
    """A row of `FEATURES` for each of the words; no rows where one of the texts has no words."""
    if not words.words or not other.words:
        return np.empty((0, FEATURES), dtype=np.float32)
    products = words.tokens @ other.tokens.T
    n = np.arange(len(words.words))
    sizes = np.diff(words.starts, append=len(words.tokens))[:, None].astype(np.float32)
    by_word = np.maximum.reduceat(products, other.starts, axis=1)
    near = np.add.reduceat(by_word, words.starts, axis=0) / sizes
    best = products.max(axis=1)
    mean = np.add.reduceat(best, words.starts) / sizes[:, 0]
    worst = np.minimum.reduceat(best, words.starts)
    chosen = near.argmax(axis=1)
    nearest = near[n, chosen]
    second = np.partition(near, -2, axis=1)[:, -2] if near.shape[1] > 1 else np.zeros_like(nearest)
    mutual = near.argmax(axis=0)[chosen] == n
    own_spelling, other_spelling = _spellings(words.words), _spellings(other.words)
    sound = own_spelling[:, :DIMENSIONS] @ other_spelling[:, :DIMENSIONS].T
    letters = own_spelling[:, DIMENSIONS:] @ other_spelling[:, DIMENSIONS:].T
    own_form, other_form = _forms(words), _forms(other)
    spread = np.concatenate([mean[:1], mean, mean[-1:]])
    place = np.abs(n / len(n) - chosen / near.shape[1])
    return np.column_stack([
        mean, worst, nearest, nearest - second, mutual,
        sound[n, chosen], letters[n, chosen], sound.max(axis=1), letters.max(axis=1),
        own_form, other_form[chosen],
        mean - mean.mean(), np.full(len(n), mean.mean()), spread[:-2], spread[2:], place,
        _sides(words, other),
        np.full(len(n), words.language == "de"), np.full(len(n), words.language in _NO_CAPITALS),
        np.full(len(n), other.language == "de"), np.full(len(n), other.language in _NO_CAPITALS),
    ]).astype(np.float32)  # fmt: skip


def _spellings(words: Sequence[str]) -> Vectors:
    return np.stack([spelling(word) for word in words])


def _forms(words: Words) -> NDArray[np.float32]:
    sizes = np.diff(words.starts, append=len(words.tokens))
    rows = [(*_form(word), size / 3) for word, size in zip(words.words, sizes, strict=True)]
    forms = np.array(rows, dtype=np.float32)
    forms[0, 0] = 0.0  # the first word has a capital anyway
    return forms


@lru_cache(maxsize=32768)
def _form(word: str) -> tuple[float, float, float, float]:
    return word[0].isupper(), len(word) > 1 and word.isupper(), any(map(str.isdigit, word)), min(len(word), 16) / 8


def _sides(words: Words, other: Words) -> NDArray[np.float32]:
    """Whether a word says no, or stands on one side of a turn; whether the other text has that too, or the opposite."""
    own = [word_sides(word, words.language) for word in words.words]
    there = frozenset[tuple[int, int]]().union(*(word_sides(word, other.language) for word in other.words))
    return np.array(
        [
            (
                any(turn < 0 for turn, _ in sides),
                any(turn >= 0 for turn, _ in sides),
                bool(sides) and not sides & there,
                any((turn, 1 - side) in there for turn, side in sides),
            )
            for sides in own
        ],
        dtype=np.float32,
    )
