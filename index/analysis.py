"""Turns text into the terms that keyword search matches, by the rules of its language.

Every word gives an exact term (`=word`, folded) that matches across languages: names, numbers, codes. On top of it a
language with a Snowball stemmer gives a stem (`it:comun`), and any other gives character n-grams (`#grat`), so that
inflected forms meet; the first letters of a word (`^aufen`) meet compounds and cognates. A name gives its consonants
(`~cnsf`), by which other scripts find it. All terms live in one field of one index.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from index.skeleton import spellings
from index.tokens import tokens

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
GRAM = 4
PREFIX = 5
"""Letters. Four is the best n-gram of 3 to 5 for Ukrainian, the one language here that was measured without a stemmer;
prefixes of 4 and 5 find the same there, and 5, the more exact, was taken (training questions of OMoS-QA).
"""

_CJK = (("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af"), ("\u0e00", "\u0e7f"))
_ARABIC_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_ARABIC_AND = re.compile(r"^[وف](?=(?:[بك]?ال|لل)\w{3})")
_ARABIC_PREFIX = re.compile(r"^(?:[وف]?[بك]?ال|[وف]?لل|و)(?=\w{3})")
_STEMMERS = threading.local()


@dataclass(frozen=True, slots=True)
class WordTerms:
    """The terms of one word.

    `exact` matches it in any language; one of `stems`, its `prefix` or some of `grams` match its other forms; `name`
    is indexed for questions in other scripts, which look for it among their `names`.
    """

    exact: str
    stems: tuple[str, ...] = ()
    prefix: str | None = None
    grams: tuple[str, ...] = ()
    name: str | None = None
    names: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """What a passage with this word is found by."""
        others = tuple(term for term in (self.prefix, self.name) if term)
        return (self.exact, *self.stems, *others, *self.grams)


def language_term(language: str) -> str:
    """A term of every passage in this language."""
    return f"@{language}"


def analyse(text: str, language: str) -> list[WordTerms]:
    """Terms of each word of `text`, in order. A code such as FAMI/15.03.02 gives itself and then its parts."""
    words: list[WordTerms] = []
    for token in tokens(text, language):
        if token.whole is not None:
            words.append(WordTerms(f"={fold(token.whole)}"))
        words.extend(_terms(part, language) for part in token.parts)
    return words


def fold(word: str) -> str:
    """Lower case without accents, vowel signs and Arabic letter variants: `Bădragii` and `badragii` are one word."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.translate(_ARABIC_FOLDS)


@lru_cache(maxsize=65536)
def _terms(word: str, language: str) -> WordTerms:
    folded = fold(word)
    exact = f"={folded}"
    if any(first <= char <= last for char in word for first, last in _CJK):
        return WordTerms(exact, grams=_grams(word, 2))
    found = spellings(word)
    name, names = (f"~{found[0]}", tuple(f"~{other}" for other in found[1])) if found else (None, ())
    # Behind the article, or all Arabic nouns would begin alike.
    bare = _ARABIC_PREFIX.sub("", folded)
    prefix = f"^{bare[:PREFIX]}" if len(bare) >= PREFIX and not folded.isdigit() else None
    if language not in STEMMERS:
        grams = () if folded.isdigit() else _grams(folded, GRAM)
        return WordTerms(exact, (), prefix, grams, name, names)
    # Stemmed with and without accents: many people type without them, and the stemmers' rules look at them.
    stem = _stemmer(language).stemWord
    stems = dict.fromkeys((fold(stem(word.lower())), stem(folded)))
    if language == "ar":
        # The stemmer leaves "and" before an article: والبلديات.
        stems |= dict.fromkeys((stem(_ARABIC_AND.sub("", folded)), stem(bare)))
    return WordTerms(exact, tuple(f"{language}:{form}" for form in stems), prefix, (), name, names)


def _grams(word: str, size: int) -> tuple[str, ...]:
    return tuple(f"#{word[i : i + size]}" for i in range(max(1, len(word) - size + 1)))


def _stemmer(language: str) -> Stemmer.Stemmer:
    # A stemmer keeps state while it works, so every thread has its own.
    if not hasattr(_STEMMERS, language):
        setattr(_STEMMERS, language, Stemmer.Stemmer(STEMMERS[language]))
    stemmer: Stemmer.Stemmer = getattr(_STEMMERS, language)
    return stemmer
