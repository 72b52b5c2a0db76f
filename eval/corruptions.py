"""Makes true sentences wrong: another number, date, name or place, a negation more or less, a quantity turned round."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import TypeVar

from anyascii import anyascii
from babel import Locale

from eval.corruption_words import DROPPED, NEGATED, TURNED

Item = TypeVar("Item")

KINDS = ("number", "date", "name", "place", "negation", "quantity")
COUNTRIES = (
    "DE", "FR", "IT", "RO", "UA", "SY", "SO", "AF", "IQ", "ES", "CN", "RU", "TR", "PL", "GR", "EG", "MA", "ER", "ET",
    "NG", "PK", "IN", "JP", "AT", "BE", "PT", "CA", "MX", "BR", "KE",
)  # fmt: skip
"""What one country is replaced by another of."""
NOT_MONTHS = ("mai",)
"""Far more often another word: Romanian for more."""
LEAST_NAME = 4
ALIKE = 0.75
"""Of two names' consonants in Latin letters, from which on one is taken for the other's translation."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_NUMBER = re.compile(r"(?<![\w.,/:@+-])\d+(?:[.,]\d+)*(?![\w/@]|-\d)")
_ADDRESS = re.compile(r"\S*(?:@|www|//|\.de\b|\.com\b)\S*")
_SAME = str.maketrans("pzvcqgt", "bsfkkkd")
"""Letters that one script has and another has not."""
_SMALL = 24
_YEARS = range(1000, 2100)


class Corrupter:
    """Wrong versions of sentences in one language; the same ones for the same seed, in the same order of calls."""

    def __init__(self, language: str, names: Iterable[str], seed: int) -> None:
        """`names` are what one name is replaced by another of."""
        self._language = language
        self._names = sorted(set(names))
        self._random = random.Random(f"{seed}-{language}")

    def corrupted(self, sentence: str, names: Sequence[str], page: str) -> dict[str, str]:
        """One wrong version of each kind that the sentence allows. `names` are those in it; `page` is all around it."""
        made = {
            "number": self._number(sentence),
            "date": self._date(sentence),
            "name": self._name(sentence, names, page),
            "place": self._place(sentence),
            "negation": self._negation(sentence),
            "quantity": self._quantity(sentence),
        }
        return {kind: text for kind, text in made.items() if text is not None and text != sentence}

    def _number(self, sentence: str) -> str | None:
        barred = [match.span() for match in _ADDRESS.finditer(sentence)]
        found = [
            match
            for match in _NUMBER.finditer(sentence)
            if not any(start <= match.start() < end for start, end in barred)
        ]
        if not found:
            return None
        match = self._random.choice(found)
        for _ in range(20):
            other = self._other_number(match.group())
            if other not in sentence:
                return sentence[: match.start()] + other + sentence[match.end() :]
        return None

    def _other_number(self, number: str) -> str:
        plain = "".join(str(int(char)) if char.isdigit() else char for char in number)
        if plain.isdigit() and int(plain) <= _SMALL:
            other = str(self._random.randint(2, _SMALL))
        elif plain.isdigit() and int(plain) in _YEARS:
            other = str(int(plain) + self._random.choice([-1, 1]) * self._random.randint(1, 15))
        else:
            places = [place for place, char in enumerate(plain) if char.isdigit()]
            place = self._random.choice(places)
            other = plain[:place] + self._random.choice("123456789") + plain[place + 1 :]
        zero = next((chr(ord(char) - int(char)) for char in number if char.isdigit()), "0")
        return "".join(chr(ord(zero) + int(char)) if char.isdigit() else char for char in other)

    def _date(self, sentence: str) -> str | None:
        for names in self._shuffled(calendar(self._language)):
            for name in self._shuffled(names):
                # A month that is a common word too, as in "may", is one only with its capital.
                if name not in NOT_MONTHS and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence):
                    others = [other for other in names if other.casefold() not in sentence.casefold()]
                    return _replaced(sentence, name, self._random.choice(others))
        return None

    def _name(self, sentence: str, names: Sequence[str], page: str) -> str | None:
        others = [name for name in self._names if name not in page]
        if not names or not others:
            return None
        return _replaced(sentence, self._random.choice(list(names)), self._random.choice(others))

    def _place(self, sentence: str) -> str | None:
        known = countries(self._language)
        found = [name for name in known if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)]
        others = [name for name in known if name not in sentence]
        return _replaced(sentence, self._random.choice(found), self._random.choice(others)) if found else None

    def _negation(self, sentence: str) -> str | None:
        for pattern, left in DROPPED.get(self._language, ()):
            if re.search(pattern, sentence, re.IGNORECASE):
                return re.sub(pattern, left, sentence, count=1, flags=re.IGNORECASE)
        return self._with_one_of(sentence, list(NEGATED.get(self._language, {}).items()))

    def _quantity(self, sentence: str) -> str | None:
        return self._with_one_of(sentence, TURNED.get(self._language, ()))

    def _with_one_of(self, sentence: str, pairs: Sequence[tuple[str, str]]) -> str | None:
        for word, other in self._shuffled(pairs):
            for found, instead in ((word, other), (_capital(word), _capital(other))):
                if re.search(rf"(?<!\w){re.escape(found)}(?!\w)", sentence):
                    return _replaced(sentence, found, instead)
        return None

    def _shuffled(self, items: Sequence[Item]) -> list[Item]:
        return self._random.sample(list(items), len(items))


def names_in(sentence: str, translations: Sequence[str]) -> list[str]:
    """Words of the sentence that a translation has too, in other letters maybe, with a capital in one of them."""
    others = [word for text in translations for word in _names(text)]
    own = [word for word in _WORD.findall(sentence) if len(word) >= LEAST_NAME]
    return [word for word in dict.fromkeys(own) if any(_alike(word, other) for other in others)]


@cache
def calendar(language: str) -> tuple[tuple[str, ...], ...]:
    """The months' names and the weekdays', as CLDR has them."""
    locale = Locale(language)
    return tuple(tuple(names["format"]["wide"].values()) for names in (locale.months, locale.days))


@cache
def countries(language: str) -> tuple[str, ...]:
    return tuple(Locale(language).territories[code] for code in COUNTRIES)


def _names(text: str) -> list[str]:
    """Words with a capital that do not begin the sentence."""
    return [
        match.group() for match in _WORD.finditer(text)
        if match.start() > 0 and match.group()[0].isupper() and len(match.group()) >= LEAST_NAME
        and text[: match.start()].rstrip(" \"'«»„“”(")[-1:] not in {"", ".", "!", "?", ":"}
    ]  # fmt: skip


@cache
def _alike(one: str, other: str) -> bool:
    first, second = _consonants(one), _consonants(other)
    return min(len(first), len(second)) >= 3 and SequenceMatcher(None, first, second).ratio() >= ALIKE


@cache
def _consonants(word: str) -> str:
    letters = re.sub(r"[^a-z]", "", anyascii(word.removeprefix("ال")).lower())
    return re.sub("[aeiouyhw]", "", letters).translate(_SAME)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _replaced(sentence: str, word: str, other: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: other, sentence, count=1)
