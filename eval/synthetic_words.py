"""Invented words in the letters of a few languages, as frequent as Zipf's law has it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.hit import Vector

LANGUAGES = (("en", 0.4), ("it", 0.25), ("ro", 0.2), ("so", 0.1), ("ar", 0.05))
"""With their shares. Somali has no stemmer, so it is found by n-grams; the others are stemmed."""
SIZE = 50_000
"""Words a language."""
FREQUENT = 30
"""Ranks from which the frequent words of questions are drawn: articles, prepositions, auxiliaries."""
_EXPONENT, _OFFSET = 1.07, 2.7
"""Zipf's law as Mandelbrot has it: the most frequent word is about every 25th."""
_LETTERS = {
    "en": ("b c d f g h l m n p r s t v w th st ch", "a e i o u ea ou"),
    "it": ("b c d f g l m n p r s t v z gl gn tt", "a e i o u ia io"),
    "ro": ("b c d f g l m n p r s t v ș ț str ch", "a e i o u ă â î ea"),
    "so": ("b d dh g h j k kh l m n q r s sh t w x y", "a aa e ee i ii o oo u uu"),
    "ar": ("ب ت ث ج ح خ د ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي", "ا و ي ة"),
}
"""Consonants and vowels; a syllable is one of each."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by rank, the most frequent first; `reached` is the share of all text that the ranks up to each make up."""

    ranked: NDArray[np.str_]
    reached: Vector

    @classmethod
    def of(cls, language: str, rng: np.random.Generator) -> Vocabulary:
        consonants, vowels = (letters.split() for letters in _LETTERS[language])
        syllables = np.array([first + second for first in consonants for second in vowels])
        words: dict[str, None] = {}
        while len(words) < SIZE:
            drawn = rng.choice(syllables, (SIZE, 5))
            words |= dict.fromkeys(
                "".join(row[:length]) for row, length in zip(drawn, rng.integers(1, 6, SIZE), strict=True)
            )
        # Frequent words are short.
        ranked = sorted(list(words)[:SIZE], key=len)
        shares = (np.arange(SIZE) + 1 + _OFFSET) ** -_EXPONENT
        return cls(np.array(ranked, dtype=object), np.cumsum(shares / shares.sum()))

    def words(self, rng: np.random.Generator, count: int) -> list[str]:
        """As they follow one another in a text."""
        places = np.searchsorted(self.reached, rng.random(count))
        return list(self.ranked[np.minimum(places, SIZE - 1)])

    def frequent(self, rng: np.random.Generator, count: int) -> list[str]:
        return list(rng.choice(self.ranked[:FREQUENT], count))
