"""Turns text into the terms that keyword search matches, by the rules of its language.

Every word gives an exact term (`=word`, folded) that matches across languages: names, numbers, codes. On top of it a
language with a Snowball stemmer gives a stem (`it:comun`), and any other gives character n-grams (`#grat`), so that
inflected forms meet. All terms live in one field of one index.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass

import Stemmer

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
GRAM = 4
MAX_WORD = 64
"""Longer runs of letters are not words that anybody types: base64, or a text without spaces."""

_WORD = re.compile(r"\w+(?:[./+'’@\-]\w+)*\+?")
_PART = re.compile(r"\w+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_ARABIC_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_STEMMERS = threading.local()


@dataclass(frozen=True, slots=True)
class WordTerms:
    """The terms of one word: `exact` matches it in any language, one of `stems` or some of `grams` its other forms."""

    exact: str
    stems: tuple[str, ...] = ()
    grams: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (self.exact, *self.stems, *self.grams)


def analyse(text: str, language: str) -> list[WordTerms]:
    """Terms of each word of `text`, in order. A code such as FAMI/15.03.02 gives itself and then its parts."""
    words: list[WordTerms] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if len(word) > MAX_WORD:
            word = word[:MAX_WORD]
        parts = _PART.findall(word)
        if len(parts) > 1 or word.endswith("+"):
            words.append(WordTerms(f"={fold(word)}"))
        words.extend(_terms(part, language) for part in parts)
    return words


def fold(word: str) -> str:
    """Lower case without accents, vowel signs and Arabic letter variants: `Bădragii` and `badragii` are one word."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_ARABIC_FOLDS)


def _terms(word: str, language: str) -> WordTerms:
    folded = fold(word)
    exact = f"={folded}"
    if _CJK.search(word):
        return WordTerms(exact, grams=_grams(word, 2))
    if language not in STEMMERS:
        return WordTerms(exact, grams=_grams(folded, GRAM))
    # Stemmed with and without accents: many people type without them, and the stemmers' rules look at them.
    stem = _stemmer(language).stemWord
    stems = dict.fromkeys((fold(stem(word.lower())), stem(folded)))
    return WordTerms(exact, stems=tuple(f"{language}:{form}" for form in stems))


def _grams(word: str, size: int) -> tuple[str, ...]:
    return tuple(f"#{word[i : i + size]}" for i in range(max(1, len(word) - size + 1)))


def _stemmer(language: str) -> Stemmer.Stemmer:
    # A stemmer keeps state while it works, so every thread has its own.
    if not hasattr(_STEMMERS, language):
        setattr(_STEMMERS, language, Stemmer.Stemmer(STEMMERS[language]))
    stemmer: Stemmer.Stemmer = getattr(_STEMMERS, language)
    return stemmer
