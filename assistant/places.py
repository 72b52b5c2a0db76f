"""Cities and countries that a text names, whatever language it names them in: Torino, Turin, Турині and تورينو are one.

The cities and their names come from GeoNames (geonames.org, licence CC BY 4.0), cut down by `python -m eval places`;
the names of countries from the Unicode CLDR, as Babel carries it.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from babel import Locale

from index.analysis import fold

FILE = Path(__file__).parent / "places.tsv.gz"
LONGEST = 4
"""Words of the longest name that is looked up."""
COUNTRY_LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "pt", "ro", "ru", "so", "sq", "tr", "uk")
"""Languages whose names of countries are known."""
MIDDLING = 100_000
"""People of the smallest city whose name is certain by its capital alone; a smaller one's stands behind a preposition.

A lower bound finds people and things in the questions of the training sets (`python -m eval agreement`).
"""
LARGE = 300_000
"""People of the smallest city whose name is taken for one where no capital, or only that of a first word, marks it."""

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
WORD = re.compile(r"[^\W\d_]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC_PREFIX = re.compile(r"^[وفبكل](?=\w{4})")
_ARABIC_TO_THE = re.compile(r"^لل(?=\w{3})")
_VOWELS = str.maketrans({"і": "и", "є": "и", "е": "и", "ы": "и", "э": "и", "ь": None, "ъ": None})
"""Vowels that change places when Ukrainian and Russian names are inflected: Київ, Києва."""
_CYRILLIC_ENDINGS = re.compile(r"(?:[аяоиую]|ою|ию|ом|им|ами|ах|ям|ях|ои|ии)$")
_ROMANIAN_ENDING = re.compile(r"(?:ului|iei|ei|ul|ii|i)$")
_PLACE_PREPOSITIONS = {
    "en": {"in", "at", "near"},
    "it": {"a", "ad", "in"},
    "fr": {"a"},
    "es": {"en"},
    "ro": {"in", "la", "din"},
    "uk": {"в", "у"},
    "ru": {"в"},
}
_BEFORE_PLACES = _PLACE_PREPOSITIONS | {
    "en": {"in", "at", "near", "from"},
    "it": {"a", "ad", "in", "di", "da"},
    "fr": {"a", "de"},
    "es": {"en", "de", "a"},
    "de": {"in", "nach", "aus"},
    "uk": {"в", "у", "з", "до"},
    "ru": {"в", "из", "до"},
}
"""Prepositions, folded, in front of names of places and of little else; those above hardly of anything else."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city or country that is named: `ids` are all those that the name may mean, `countries` where they lie.

    `certain`: the word means no person and no thing, as names of small cities may.
    """

    name: str
    ids: frozenset[str]
    countries: frozenset[str]
    city: bool
    certain: bool

    def fits(self, wanted: Place) -> bool:
        """Whether this may be the city or country that is wanted, or a city in that country."""
        if self.city == wanted.city:
            return bool(self.ids & wanted.ids)
        return not wanted.city and bool(wanted.ids & self.countries)


def key_of(name: str) -> str:
    """A name as it is looked up: folded words with single spaces."""
    return " ".join(fold(word) for word in WORD.findall(name))


@lru_cache(maxsize=4096)
def places_of(text: str, language: str) -> tuple[Place, ...]:
    """The cities and countries that a text in `language` names, in order; a longer name hides those inside it."""
    words = WORD.findall(text)
    found: list[Place] = []
    position = 0
    while position < len(words):
        place, length = _place_at(words, position, language)
        if place is not None:
            found.append(place)
        position += length
    return tuple(found)


def asked_places_of(question: str, language: str) -> tuple[Place, ...]:
    """The cities and countries that a question names for certain.

    Its first word has a capital in any case, and is a name only where it means a large city or a country. Behind a
    preposition a large city is found that has no capital, in a question typed without them.
    """
    first = WORD.search(question)
    whole = tuple(place for place in places_of(question, language) if place.certain)
    if first is None or _ARABIC.match(first.group()):
        return whole
    rest = question[first.end() :]
    inside = tuple(place for place in places_of(rest, language) if place.certain)
    elided = rest.startswith(("'", "’"))
    if whole and whole != inside and not elided and (not whole[0].city or _people(whole[0]) >= LARGE):
        return whole
    if inside or any(char.isupper() for char in rest):
        return inside
    return _lower_case_places(question, language)


def unlisted_places_of(question: str, language: str) -> tuple[str, ...]:
    """Folded names of small places: words with a capital behind a preposition of place that no list has."""
    listed = {word for place in places_of(question, language) for word in place.name.split()}
    before = _PLACE_PREPOSITIONS.get(language, ())
    words = WORD.findall(question)
    pairs = pairwise(words)
    found = (fold(word) for previous, word in pairs if fold(previous) in before and word[0].isupper())
    return tuple(word for word in found if len(word) > 3 and word not in listed)


def countries_of(question: str, language: str) -> frozenset[str]:
    """ISO 3166 codes of the countries that a question names, or names a city in."""
    return frozenset[str]().union(*(place.countries for place in asked_places_of(question, language)))


def country_of(code: str | None) -> Place | None:
    """The country of an ISO 3166 code."""
    return Place(code, frozenset({code}), frozenset({code}), city=False, certain=True) if code else None


def _lower_case_places(question: str, language: str) -> tuple[Place, ...]:
    words = [fold(word) for word in WORD.findall(question)]
    before = _BEFORE_PLACES.get(language, set())
    pairs = pairwise(words)
    found = (_city(word, language, "") for preposition, word in pairs if preposition in before and len(word) > 3)
    return tuple(place for place in found if place is not None and _people(place) >= LARGE)


def _place_at(words: Sequence[str], position: int, language: str) -> tuple[Place | None, int]:
    """The longest name that begins at this word, and its words."""
    if not _may_begin(words[position]):
        return None, 1
    longest = min(LONGEST, len(words) - position) if fold(words[position]) in _firsts() else 1
    before = fold(words[position - 1]) if position else ""
    for length in range(longest, 0, -1):
        key = key_of(" ".join(words[position : position + length]))
        place = _country(key, language) or _city(key, language, before)
        if place is not None and _may_begin(words[position + length - 1]):
            return place, length
    return None, 1


def _may_begin(word: str) -> bool:
    """Names have a capital, but for scripts without."""
    return word[0].isupper() or bool(_ARABIC.match(word))


def _city(key: str, language: str, before: str) -> Place | None:
    """The cities of that name; `before` is the word in front of it."""
    gazetteer = _gazetteer()
    numbers = next((gazetteer.names[form] for form in _forms(key, language) if form in gazetteer.names), ())
    if len(key) > 3 and _CYRILLIC.match(key):
        # An inflected name may also be another one's first case.
        inflected = (gazetteer.stems[stem] for stem in _cyrillic_stems(key) if stem in gazetteer.stems)
        numbers = (*numbers, *next(inflected, ()))
    if not numbers:
        return None
    cities = [gazetteer.cities[number] for number in numbers]
    people = max(city.people for city in cities)
    certain = people >= (LARGE if _ARABIC.match(key) else MIDDLING)
    if not certain and before in _BEFORE_PLACES.get(language, ()):
        certain = any(city.listed == key for city in cities)
    countries = frozenset(city.country for city in cities)
    return Place(key, frozenset(map(str, numbers)), countries, city=True, certain=certain)


def _country(key: str, language: str) -> Place | None:
    names, stems = _countries()
    codes = next((names[form] for form in _forms(key, language) if form in names), None)
    if codes is None and len(key) > 3 and _CYRILLIC.match(key):
        codes = next((stems[stem] for stem in _cyrillic_stems(key) if stem in stems), None)
    return Place(key, codes, codes, city=False, certain=True) if codes else None


def _forms(key: str, language: str) -> Iterable[str]:
    """The name itself, and what it may be inflected from."""
    yield key
    if _ARABIC.match(key):
        yield _ARABIC_TO_THE.sub("ال", key)
        yield _ARABIC_PREFIX.sub("", key)
    if language == "ro" and len(key) > 4 and (ending := _ROMANIAN_ENDING.search(key)):
        stem = key[: ending.start()]
        yield from (form for form in (stem, f"{stem}a", f"{stem}ia", f"{stem}e") if len(form) > 3)


def _people(place: Place) -> int:
    cities = _gazetteer().cities
    return max(cities[int(number)].people for number in place.ids)


def _cyrillic_stem(key: str) -> str:
    """Of a name as it stands in the list: without the vowel it may end in."""
    return re.sub("[аяоиую]$", "", key.translate(_VOWELS))


def _cyrillic_stems(key: str) -> Iterable[str]:
    """Of a word in a text: what is left without the endings of one, two and three letters that it may have."""
    word = key.translate(_VOWELS)
    yield word
    for letters in (1, 2, 3):
        if len(word) - letters >= 3 and _CYRILLIC_ENDINGS.fullmatch(word[-letters:]):
            yield word[:-letters]


@dataclass(frozen=True, slots=True)
class _City:
    """`listed` is the name it is first listed by; empty where that is an everyday word."""

    country: str
    people: int
    listed: str


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """`names`: the cities' numbers by key; `stems`: the same by Cyrillic stem."""

    cities: dict[int, _City]
    names: dict[str, tuple[int, ...]]
    stems: dict[str, tuple[int, ...]]


@cache
def _gazetteer() -> _Gazetteer:
    cities: dict[int, _City] = {}
    names: dict[str, tuple[int, ...]] = {}
    stems: dict[str, tuple[int, ...]] = {}
    for line in gzip.decompress(FILE.read_bytes()).decode().splitlines():
        number, country, people, listed = line.split("\t")
        keys = listed.split("|")
        cities[int(number)] = _City(country, int(people), keys[0])
        for key in filter(None, keys):
            names[key] = (*names.get(key, ()), int(number))
            if _CYRILLIC.match(key):
                stem = _cyrillic_stem(key)
                stems[stem] = (*stems.get(stem, ()), int(number))
    return _Gazetteer(cities, names, stems)


@cache
def _firsts() -> frozenset[str]:
    """First words of names of several words."""
    return frozenset(key.split()[0] for key in (*_gazetteer().names, *_countries()[0]) if " " in key)


@cache
def _countries() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    names: dict[str, frozenset[str]] = {}
    stems: dict[str, frozenset[str]] = {}
    for language in COUNTRY_LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) != 2 or code in _NO_COUNTRIES or len(key := key_of(name)) < 3:
                continue
            names[key] = names.get(key, frozenset()) | {code}
            if _CYRILLIC.match(key):
                stem = _cyrillic_stem(key)
                stems[stem] = stems.get(stem, frozenset()) | {code}
    return names, stems
