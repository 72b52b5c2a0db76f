"""Months and weekdays of a text, in the words of any language that CLDR knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

from assistant.numbers import numbers_in
from index.analysis import fold

_REGIONS = {"ar": ("ar", "ar_SY", "ar_DZ")}
"""Arabic has three sets of months: يناير, كانون الثاني, جانفي."""
_LEAST_STEM = 4
_NOT_ALONE = {("en", "may"), ("en", "march"), ("ro", "mai"), ("uk", "лютии"), ("it", "mar"), ("so", "may")}
"""Months that are common words too: with a number beside them they are asked for."""
_NEVER_ASKED = {("ro", "luni"), ("so", "arbaco")}
"""Luni is Monday, and months."""
_NO_FORMS = {("es", "mayo"), ("ro", "marti"), ("ar", "الاحد")}
"""Mayor is another word, martie is March, and الأحدث the newest."""
_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"\d\.?\s?(?:de )?$"), re.compile(r"\s?\d")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_ARABIC_PREFIX = re.compile(r"^[وفبلك](?=\w{4})")

Part = tuple[str, int]
"""`month` with 1 to 12, or `day` with 0, Monday, to 6."""


@dataclass(frozen=True, slots=True)
class Dates:
    """`asked`: months and weekdays that a sentence states; `given`: those that a source may be read to state."""

    asked: frozenset[Part]
    given: frozenset[Part]

    def agree(self, source: Dates) -> bool:
        return self.asked <= source.given


@lru_cache(maxsize=8192)
def dates_in(text: str, language: str) -> Dates:
    whole, short = _names(language)
    asked, given = set(), set()
    words = list(_WORD.finditer(text))
    for match in words:
        word = _plain(match.group(), language)
        if word in short and match.group()[0].isupper() | (language in {"uk", "es", "it", "fr", "ro"}):
            given.add(short[word])
        for part in _matching(word, whole):
            given.add(part)
        for name, part in whole.items():
            if _is_form(word, name, language) and _is_meant(name, language, match, text):
                asked.add(part)
    for phrase, part in _phrases(language).items():
        if phrase in fold(text):
            asked.add(part)
    months = {("month", month) for month in numbers_in(text, language).months if month <= 12}
    return Dates(frozenset(asked | months), frozenset(given | asked | months))


def _matching(word: str, whole: dict[str, Part]) -> list[Part]:
    """What the word may be a form of: lunea of luni, вівторках of вівторок."""
    return [
        part for name, part in whole.items()
        if word == name or (len(name) >= _LEAST_STEM and abs(len(word) - len(name)) <= 3
                            and word.startswith(name[: max(_LEAST_STEM, len(name) - 2)]))
    ]  # fmt: skip


def _is_form(word: str, name: str, language: str) -> bool:
    return (
        word == name
        or (len(name) >= _LEAST_STEM and word[:-1] == name and (language, name) not in _NO_FORMS)
        or (language == "uk" and len(name) > 5 and word[:-1] == name[:-1])
    )


def _is_meant(name: str, language: str, match: re.Match[str], text: str) -> bool:
    if (language, name) in _NEVER_ASKED:
        return False
    if (language, name) not in _NOT_ALONE:
        return True
    before, after = text[max(0, match.start() - 6) : match.start()], text[match.end() : match.end() + 2]
    return bool(_NUMBER_BEFORE.search(before) or _NUMBER_AFTER.match(after))


@cache
def _names(language: str) -> tuple[dict[str, Part], dict[str, Part]]:
    """Folded names, written out and shortened."""
    whole: dict[str, Part] = {}
    short: dict[str, Part] = {}
    for locale in _locales(language):
        for kind, names in (("month", locale.months), ("day", locale.days)):
            for context in ("format", "stand-alone"):
                for number, name in names[context]["wide"].items():
                    if " " not in name:
                        whole.setdefault(_plain(name, language), (kind, number))
                for number, name in names[context]["abbreviated"].items():
                    short.setdefault(_plain(name.rstrip("."), language), (kind, number))
    return whole, short


@cache
def _phrases(language: str) -> dict[str, Part]:
    """Names of two words: تشرين الثاني."""
    return {
        fold(name): ("month", number)
        for locale in _locales(language) for number, name in locale.months["format"]["wide"].items() if " " in name
    }  # fmt: skip


def _locales(language: str) -> list[Locale]:
    try:
        return [Locale.parse(name) for name in _REGIONS.get(language, (language,))]
    except (UnknownLocaleError, ValueError):
        return []


@lru_cache(maxsize=16384)
def _plain(word: str, language: str) -> str:
    folded = re.sub("['’ʼ]", "", fold(word))
    return _ARABIC_PREFIX.sub("", folded) if language == "ar" and folded[1:3] == "ال" else folded
