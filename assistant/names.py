"""Names and numbers of a question, found again in a sentence of any language or script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from index.analysis import fold
from index.digits import plain_digits

MIN_SKELETON = 3
"""Shorter consonant skeletons meet by chance."""
FUZZY_SKELETON = 5
"""From this length on one differing consonant is allowed: Constanța is Κωνστάντζα is كونستانتسا."""
MIN_NAME = 4
MAX_ACRONYM = 4

_TOKEN = re.compile(r"\w+(?:[./+\-]\w+)*\+?")
_NUMBER = re.compile(r"(?<!\w)\d+(?:[.,\u066c\u00a0\u202f' ]\d{3})*(?:[.,\u066b]\d+)?(?!\w)")
_CONSONANTS = str.maketrans(
    {"p": "b", "t": "d", "z": "s", "x": "s", "c": "k", "g": "k", "q": "k", "j": "k", "v": "f", "w": None}
    | dict.fromkeys("aeiouyh", None)
)
_ARABIC_ARTICLE = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a question names: folded `names` with their skeletons, and `numbers` as plain digits.

    A script without capitals does not show which words are names: there it has none.
    """

    names: tuple[tuple[str, str], ...]
    numbers: frozenset[str]


def mentions_of(question: str, language: str) -> Mentions:
    """The names and numbers in a question. Its first word counts only with a capital or digit inside it."""
    words = [match.group() for match in _TOKEN.finditer(question)]
    names = [word for position, word in enumerate(words) if _is_name(word, position, language)]
    return Mentions(
        tuple(dict.fromkeys((fold(name), skeleton(name)) for name in names)),
        numbers_of(question),
    )


def found_share(mentions: Mentions, text: str) -> float | None:
    """Share of the names and numbers that stand in `text`, in [0, 1]; None where the question has none for sure."""
    wanted = len(mentions.names) + len(mentions.numbers)
    if not wanted:
        return None
    found = len(mentions.names) - len(missing_names(mentions.names, text))
    return (found + len(mentions.numbers & numbers_of(text))) / wanted


def missing_names(names: Sequence[tuple[str, str]], text: str) -> list[str]:
    """Those of the names, each with its skeleton, that do not stand in the text in any script."""
    words, sounds = _vocabulary(text)
    return [
        name
        for name, sound in names
        if not any(_same_name(name, word) for word in words) and not _sounds(sound, sounds)
    ]


def numbers_of(text: str) -> frozenset[str]:
    """Numbers as plain digits, whatever the digits' script and the separators: ١٬٤٦٩ and 1.469 are both 1469."""
    return frozenset(re.sub(r"\D", "", match.group()) for match in _NUMBER.finditer(plain_digits(text)))


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """A word's consonants in Latin letters, alike ones made one: Lampedusa and لامبيدوزا are both `lmbds`."""
    latin = anyascii(_ARABIC_ARTICLE.sub("", word)).lower().replace("ph", "f").replace("ck", "k")
    bare = re.sub(r"[^a-z]", "", latin).translate(_CONSONANTS)
    return re.sub(r"(.)\1+", r"\1", bare)


@lru_cache(maxsize=4096)
def _vocabulary(text: str) -> tuple[frozenset[str], frozenset[str]]:
    words = [match.group() for match in _TOKEN.finditer(text)]
    return frozenset(fold(word) for word in words), frozenset(skeleton(word) for word in words)


def _is_name(word: str, position: int, language: str) -> bool:
    """Acronyms of up to four letters are left out: most differ by language, and a missing one proves nothing."""
    if word.isupper() and word.isalpha() and len(word) <= MAX_ACRONYM:
        return False
    if word.isdigit():
        return False
    if any(char.isupper() or char.isdigit() for char in word[1:]):
        return True
    # German writes every noun with a capital.
    return word[0].isupper() and position > 0 and language != "de" and len(word) >= MIN_NAME


def _same_name(name: str, word: str) -> bool:
    """Equal, or one an inflected form of the other: Moldova, Moldovei; Lampedusan."""
    stem = name[: max(MIN_NAME, len(name) - 2)]
    return name == word or (len(name) > MIN_NAME and abs(len(word) - len(name)) <= 3 and word.startswith(stem))


def _sounds(name: str, skeletons: frozenset[str]) -> bool:
    if len(name) < MIN_SKELETON:
        return False
    return name in skeletons or (
        len(name) >= FUZZY_SKELETON
        and any(abs(len(name) - len(other)) <= 1 and _near(name, other) for other in skeletons)
    )


def _near(one: str, other: str) -> bool:
    """Whether at most one letter is changed, added or left out."""
    if len(one) > len(other):
        one, other = other, one
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[head + (len(one) == len(other)) :] == other[head + 1 :] or one == other
