"""Two sources that say the same of a different number or date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

from assistant.agreement import years_of
from assistant.evidence import Evidence
from assistant.places import places_of
from index.analysis import fold

NEAR_BEST = 0.2
"""Least probability of what contradicts a shown sentence, measured against that one's: where a second sentence is shown
because it is in doubt which answers (`assistant.extractive.DOUBT`)."""
LEAST_WORDS = 3
"""Longer words, besides numbers and days, that two sentences must have: short lines look alike."""
SHORT_WORD = 3
"""Letters of the longest word that does not count there."""
SAME_FRAME = 0.9
"""Least share of words, in their order, that two sentences have in common to say the same.

`python -m eval conflicts` shows what it lets through.
"""
DAY_LETTERS = 5
"""Letters that the names of days keep where they are inflected."""
_WORD = re.compile(r"\w+")
_NUMBER = "0"


def contradicting(shown: Sequence[Evidence], evidence: Iterable[Evidence]) -> list[Evidence]:
    """Sentences not shown that contradict one that is, and are nearly as probable; the most probable one for each."""
    texts = {item.text for item in shown}
    others = [item for item in evidence if item.text not in texts]
    found: dict[str, Evidence] = {}
    for item in shown:
        near = [other for other in others if other.probability >= NEAR_BEST * item.probability]
        best = max((o for o in near if contradicts(item, o)), key=lambda other: other.probability, default=None)
        if best is not None:
            found.setdefault(best.text, best)
    return list(found.values())


def contradicts(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences of different documents, in one language, differ in numbers or dates and in nothing else.

    Those of different years, or of pages about different cities, are both true.
    """
    languages = {one.hit.passage.language, other.hit.passage.language}
    if one.hit.document.id == other.hit.document.id or len(languages) > 1:
        return False
    return differ_in_numbers(one.text, other.text, one.hit.passage.language) and not _of_different_places(one, other)


def differ_in_numbers(one: str, other: str, language: str) -> bool:
    """Whether two sentences are the same but for numbers, dates and times."""
    first, second = _frame(one, language), _frame(other, language)
    if not (first.values and second.values) or first.values == second.values:
        return False
    if min(first.telling, second.telling) < LEAST_WORDS or abs(len(first.words) - len(second.words)) > first.telling:
        return False
    if first.years and second.years and first.years.isdisjoint(second.years) and len(first.values) > len(first.years):
        return False
    matcher = SequenceMatcher(None, first.folded, second.folded, autojunk=False)
    if matcher.quick_ratio() < SAME_FRAME or matcher.ratio() < SAME_FRAME:
        return False
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    words = [word for _, i, j, k, m in changes for word in (*first.words[i:j], *second.words[k:m])]
    return not any(word[0].isupper() or fold(word)[:DAY_LETTERS] in _names("days", language) for word in words)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A sentence's `words`, each number and month as one mark; `values` are what the marks stand for.

    `telling` counts the longer words that are no days of the week: opening hours are alike everywhere.
    """

    words: tuple[str, ...]
    folded: tuple[str, ...]
    values: tuple[str, ...]
    years: frozenset[int]
    telling: int


@lru_cache(maxsize=4096)
def _frame(text: str, language: str) -> _Frame:
    months, days = _names("months", language), _names("days", language)
    words, values, telling = [], [], 0
    for word in _WORD.findall(text):
        folded = fold(word)
        marked = folded in months or any(map(str.isdigit, word))
        telling += not marked and len(word) > SHORT_WORD and folded[:DAY_LETTERS] not in days
        words.append(_NUMBER if marked else word)
        values += [folded] if marked else []
    return _Frame(tuple(words), tuple(map(fold, words)), tuple(values), years_of(text), telling)


def _of_different_places(one: Evidence, other: Evidence) -> bool:
    cities = [
        [place for place in places_of(_head(item), item.hit.passage.language) if place.city and place.certain]
        for item in (one, other)
    ]
    return all(cities) and not any(first.fits(second) for first in cities[0] for second in cities[1])


def _head(item: Evidence) -> str:
    return f"{item.hit.document.title}\n{item.hit.passage.context}"


@cache
def _names(of: Literal["months", "days"], language: str) -> frozenset[str]:
    """The names of months, or how those of days begin, folded; none for a language that the CLDR does not know."""
    try:
        forms = getattr(Locale(language), of).values()
    except (UnknownLocaleError, ValueError):
        return frozenset()
    names = (max(_WORD.findall(fold(name)), key=len) for form in forms for name in form["wide"].values())
    return frozenset(name[:DAY_LETTERS] if of == "days" else name for name in names)
