"""Numbers of a text as values, however they are written: 1.469 and ١٬٤٦٩, ten and 10, 8 pm and 20:00, XVI and 16."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.number_words import number_words, sure_number_words, units
from index.analysis import fold
from index.digits import plain_digits

Pair = tuple[str, str]

_NUMBER = re.compile(
    # No part of a code such as A3, in whatever letters; an Arabic number may have a word written in one before it.
    r"(?<![A-Za-zÀ-ɏͰ-ӿ\d])\d+(?:[.,'’\u066c\u00a0\u202f ]\d{3}(?!\d))*(?:[.,\u066b]\d+)?(?!\d)"
    # A time is one number, and a full hour is its hour.
    r"(?:[:h]\d\d(?!\d))?"
)
_FULL_HOUR = re.compile(r"^(\d{1,2})[:.h]00$")
_TIME = re.compile(r"^([01]?\d)(?:[:.h]([0-5]\d))?$")
_DATE = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[-./](?P<second>\d{1,2})[-./](?P<last>\d{4}|\d{2}))(?!\d)"
)
_AFTERNOON = re.compile(
    # Of "between 2 and 3 pm" both are after noon.
    r"(?:\s?\S{1,5}\s?\d{1,2}(?:[:.]\d\d)?(?!\d))?[\s\u00a0]*(?:h|uhr|ore|heures?|horas?|godz)?[\s\u00a0.]*"
    r"(?:de la |in der |du |del |di )?"
    r"(?:pm\b|p\.\s?m|abends|nachmittags|(?:après-midi|soir|tarde|noche|sera|pomeriggio|seara|după-amiază)\b|"
    r"вечора|дня|مساء|عصر|ظهر|بعد الظهر|galabnimo|م\b)",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(?<!\w)(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})(?!\w)")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_ARABIC_PREFIX = re.compile(r"^[وفبلك]{1,2}")
_ARABIC_ARTICLE = re.compile(r"^[وفبك]?ال|^و?لل")
_ARABIC_DUAL = re.compile(r"\w{2}(?:تين|تان)(?!\w)")
_DUAL = "dual"
"""Answers for the word two, but not for the digit."""
_THOUSAND = re.compile(
    r"[\s\u00a0]+(?:de )?(?:thousand|tausend|mille|mila|mil|mii|тис\w*|ألف\w?|الف\w?|آلاف|الاف|kun)(?!\w)",
    re.IGNORECASE,
)
_DECADE = re.compile(r"['’]?(?:s|er|ern)(?!\w)")
_GERMAN_COMPOUND = re.compile(
    r"^(zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf)"
    r"(?=woch|jahr|monat|tag|stund|minut|stellig|stufig|teil|fach|mal|kopf|einhalb|sprach)"
)
_GERMAN_RANK = re.compile(r"^(zweit|dritt|viert|funft|sechst)(?=gross|hoch|best|alt|lang|wichtig|klein|land)")
_RANKS = {"zweit": 2, "dritt": 3, "viert": 4, "funft": 5, "sechst": 6}
_UNIT = re.compile(r"[\s\u00a0\u202f-]*(%|٪|€|\$|£|[^\W\d_]+)")
_CURRENCY_BEFORE = re.compile(r"([€$£])[\s\u00a0]*$")


@dataclass(frozen=True, slots=True)
class Numbers:
    """`asked`: for each number that a sentence states, the values of which one must stand in a source; `given`: those
    that a source may be read to state; `measures`: values with their units; `months` of dates in digits, 1 to 12.
    """

    asked: frozenset[frozenset[str]]
    given: frozenset[str]
    measures: frozenset[Pair]
    months: frozenset[int]

    def agree(self, source: Numbers) -> bool:
        """Whether every number stands in the source, and no value with another unit there."""
        return all(values & source.given for values in self.asked) and not self._other_unit(source)

    def _other_unit(self, source: Numbers) -> bool:
        return any(
            any(value == other for other, _ in source.measures) and (value, unit) not in source.measures
            for value, unit in self.measures
        )


@lru_cache(maxsize=8192)
def numbers_in(text: str, language: str) -> Numbers:
    plain = plain_digits(text)
    asked: set[frozenset[str]] = set()
    measures: set[Pair] = set()
    given: set[str] = set()
    months: set[int] = set()
    for date in _DATE.finditer(plain):
        parts = [part for part in (date["day"] or date["first"], date["year"] or date["last"]) if part]
        months.add(int(date["month"] or date["second"]))
        given.add(str(int(date["month"] or date["second"])))
        asked |= {frozenset({_value(part)}) for part in parts}
    rest = _DATE.sub(lambda date: " " * len(date.group()), plain)
    for match in _NUMBER.finditer(rest):
        values = _values(match.group(), rest[match.end() :])
        asked.add(values)
        measures |= {(value, unit) for value in values if (unit := _unit(rest, match)) is not None}
    sure, words = sure_number_words(language), number_words(language)
    for word in _WORD.findall(text):
        folded = _bare(fold(word.replace("’", "'").replace("ʼ", "'")), language)
        if folded in sure:
            asked.add(frozenset({str(sure[folded]), _DUAL}) if sure[folded] == 2 else frozenset({str(sure[folded])}))
        given |= {str(value) for value in _given_by(folded, language, words)}
    if language == "ar" and _ARABIC_DUAL.search(text):
        given.add(_DUAL)
    given |= {value for values in asked for value in values if value != _DUAL} | {
        _roman(match.group()) for match in _ROMAN.finditer(text)
    }
    return Numbers(frozenset(asked), frozenset(given), frozenset(measures), frozenset(months))


def _bare(word: str, language: str) -> str:
    """An Arabic number without the word and the article before it that are written in one with it."""
    known = number_words(language)
    if language != "ar" or word in known:
        return word
    bare = _ARABIC_PREFIX.sub("", word)
    return bare if bare in known else _ARABIC_ARTICLE.sub("", word)


def _given_by(word: str, language: str, words: dict[str, int]) -> Iterator[int]:
    """What a word, folded, may stand for: by itself, or a part of it, as in two-week and zweiwöchig."""
    if word in words:
        yield words[word]
        return
    for part in word.split("-"):
        if part in words:
            yield words[part]
        elif language == "de" and (found := _GERMAN_COMPOUND.match(part)):
            yield words[found[1]]
        elif language == "de" and (found := _GERMAN_RANK.match(part)):
            yield _RANKS[found[1]]


def _values(number: str, after: str) -> frozenset[str]:
    """The value; of an hour after noon, that on both clocks; of 20 thousand 20,000 too; of the 1970s 70 too."""
    found = {_value(number)}
    if number.isdigit() and _THOUSAND.match(after):
        found.add(f"{_value(number)}000")
    if len(number) == 4 and number.isdigit() and number[3] == "0" and _DECADE.match(after):
        found.add(_value(number[2:]))
    time = _TIME.match(number)
    if time and int(time[1]) <= 12 and _AFTERNOON.match(after):
        found.add(_value(f"{(int(time[1]) + 12) % 24}:{time[2] or '00'}"))
    return frozenset(found)


def _value(number: str) -> str:
    """Digits alone: one language's decimal point is another's separator of thousands."""
    hour = _FULL_HOUR.match(number)
    return re.sub(r"\D", "", hour[1] if hour else number).lstrip("0") or "0"


def _unit(text: str, match: re.Match[str]) -> str | None:
    following = _UNIT.match(text, match.end())
    found = units().get(fold(following[1])) if following else None
    before = _CURRENCY_BEFORE.search(text, 0, match.start())
    return found or (units().get(before[1]) if before else None)


def _roman(number: str) -> str:
    values = [_ROMAN_VALUES[letter] for letter in number]
    return str(sum(-v if v < max(values[i:]) else v for i, v in enumerate(values)))
