"""Whether a sentence is about the places, years and codes that a question names, or about others of their kind.

"When does the office in Torino open?" is not answered by the hours of Marseille. What a passage is silent about is no
contradiction: a page that names no place is about all of them, or about the one its reader has in mind. Names that
change from language to language, as acronyms and titles of programmes do, are not compared: a missing one proves
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.names import Mentions, found_share, skeleton
from assistant.places import Place, asked_places_of, country_of, places_of, unlisted_places_of
from index.digits import plain_digits
from index.document import Span
from index.hit import Hit

LONGEST_RANGE = 60
"""Years of the longest range that is taken for one."""

_YEARS = re.compile(r"(?<![\w.,/-])((?:19|20)\d\d)(?:\s?[-–—/]\s?((?:19|20)\d\d|\d\d))?(?!\w)")
_CODE = re.compile(r"(?<![\w/.-])(?:\d{1,5}/(?:19|20)\d\d|[A-Z]{1,6}[-‑ ]?\d{1,5}[A-Z]?)(?![\w/])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question names that can be compared in any language; `unlisted` are folded names of small places."""

    places: tuple[Place, ...]
    unlisted: tuple[str, ...]
    years: frozenset[int]
    codes: frozenset[str]

    @property
    def anything(self) -> bool:
        return bool(self.places or self.unlisted or self.years or self.codes)


NOTHING = Asked((), (), frozenset(), frozenset())


def asked_by(question: str, language: str) -> Asked:
    """The places, years, and numbers of laws and forms that a question in `language` names."""
    places = asked_places_of(question, language)
    return Asked(places, unlisted_places_of(question, language), years_of(question), codes_of(question))


def is_of_another(asked: Asked, hit: Hit) -> bool:
    """Whether passage, section, title and the document's data name another place, year or code, and not the one asked.

    A place is missed only where there is another of its kind: a city, or a country.
    """
    if not asked.anything:
        return False
    text, passage, date = _whole(hit), hit.passage, hit.document.date
    named = [*_head_places(hit), *places_of(passage.text, passage.language)]
    return (
        _names_another(asked.places, named)
        or _lacks_unlisted(asked.unlisted, text, named)
        or _disjoint(asked.years, years_of(text) | ({date.year} if date else set()))
        or _disjoint(asked.codes, codes_of(text))
    )


def speaks_of_another(asked: Asked, hit: Hit, sentence: Span) -> bool:
    """Whether a sentence, in a passage that is about what was asked among others, is about one of the others.

    It is where it names another city and not the one asked. One that names none goes on from the last sentence before
    it that names any. Title and section speak for all sentences below them.
    """
    cities = [place for place in asked.places if place.city]
    if not cities or any(place.fits(wanted) for place in _head_places(hit) for wanted in cities):
        return False
    passage = hit.passage
    for span in reversed([span for span in passage.sentences if span.start <= sentence.start]):
        text = passage.text[span.start - passage.span.start : span.end - passage.span.start]
        named = [place for place in places_of(text, passage.language) if place.city]
        if any(place.certain for place in named):
            return not any(place.fits(wanted) for place in named for wanted in cities)
    return False


def years_of(text: str) -> frozenset[int]:
    """The years from 1900 to 2099 that a text names, and all of a range of them."""
    found: set[int] = set()
    for match in _YEARS.finditer(plain_digits(text)):
        first, last = int(match[1]), match[2] or match[1]
        end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
        found.update(range(first, end + 1) if first <= end <= first + LONGEST_RANGE else (first,))
    return frozenset(found)


def codes_of(text: str) -> frozenset[str]:
    """Numbers of laws and forms, such as 142/2015 and I-589, without spaces and dashes."""
    return frozenset(re.sub(r"[\s‑-]", "", match.group()) for match in _CODE.finditer(plain_digits(text)))


def _head(hit: Hit) -> str:
    document, passage = hit.document, hit.passage
    return "\n".join(filter(None, (document.title, passage.context, passage.section, document.organisation)))


def _whole(hit: Hit) -> str:
    return f"{_head(hit)}\n{hit.passage.text}"


def _head_places(hit: Hit) -> list[Place]:
    country = country_of(hit.document.country)
    return [*places_of(_head(hit), hit.passage.language), *([country] if country else [])]


def _names_another(asked: Sequence[Place], named: Sequence[Place]) -> bool:
    others = [place for place in named if place.certain and not any(place.fits(wanted) for wanted in asked)]
    return any(
        any(other.city == wanted.city for other in others) and not any(place.fits(wanted) for place in named)
        for wanted in asked
    )


def _lacks_unlisted(names: Sequence[str], text: str, named: Iterable[Place]) -> bool:
    """Whether a place that no list knows is missing where some city is named."""
    if not names or not any(place.city and place.certain for place in named):
        return False
    return any(found_share(Mentions(((name, skeleton(name)),), frozenset()), text) == 0 for name in names)


def _disjoint(asked: frozenset[int] | frozenset[str], named: Iterable[object]) -> bool:
    """Whether some are named, and none of those that were asked about."""
    found = set(named)
    return bool(asked and found) and found.isdisjoint(asked)
