"""Countries that a text names, in the words of any language that CLDR knows: Germany, Allemagne and ألمانيا are one."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError

from index.analysis import fold

_LEAST = 4
_LONGER = 4
"""Letters that an inflected form, or an adjective, may have more than the name."""
_NOT_COUNTRIES = frozenset({"mali", "ciad", "chad", "cuba", "togo", "peru", "laos", "jersey", "georgia", "niger"})
"""Other words or places too."""
_OTHER_NAMES = {
    "EU": r"eu|ue|єс|اوروب\w+|europ\w+|європ\w+",
    "GB": r"u\.?k|gross?brit\w+|grande[- ]bretagne|brit\w+|gran bretan\w*|gran bretagna|marea britan\w+|"
    r"regatul\w* unit|брит\w+|\w*بريطان\w+",
    "US": r"u\.?s(?:\.?a)?|ee\. ?uu|eua|statele unite|americ\w+|amerik\w+|сша|америк\w+|\w*[ا]ميرك\w+|\w*امريك\w+",
}
"""Short names, and words for who or what is of there, in any of the languages."""


@lru_cache(maxsize=8192)
def countries_named(text: str, language: str) -> frozenset[str]:
    """ISO codes of the countries whose names stand in the text as CLDR writes them."""
    names, pattern = _names(language)
    return frozenset(names[found] for found in pattern.findall(fold(text))) if names else frozenset()


@lru_cache(maxsize=8192)
def may_name(text: str, language: str, code: str) -> bool:
    """Whether the country's name stands in the text, or a word that may be a form of it."""
    folded = fold(text)
    name = next((name for name, own in _names(language)[0].items() if own == code), None)
    if name is None:
        return True  # it is not known how this language writes it
    if code in _OTHER_NAMES and re.search(rf"(?<!\w)(?:{_OTHER_NAMES[code]})(?!\w)", folded):
        return True
    stem = name[: max(_LEAST, len(name) - 2)]
    return name in folded or any(
        stem in word and len(word) <= len(name) + _LONGER for word in re.findall(r"\w+", folded)
    )


@cache
def _names(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Codes by folded name, and what finds the names."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}, re.compile("(?!)")
    names = {fold(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    names = {name: code for name, code in names.items() if len(name) >= _LEAST and name not in _NOT_COUNTRIES}
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return names, re.compile(rf"(?<!\w)[وفبلك]?({longest_first})(?!\w)")
