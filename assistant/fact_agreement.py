"""Whether a written sentence and a span of a source agree on numbers, dates, countries, names and negations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assistant.dates import dates_in
from assistant.names import mentions_of, missing_names
from assistant.negation import polarity_of
from assistant.numbers import numbers_in
from assistant.territories import countries_named, may_name

MOST_COUNTED = 3
"""More missing names, negations or turns than this count as this many."""

FEATURES = ("names missing", "names left out", "names exchanged", "turns unmatched", "negations")


def contradicts(written: str, language: str, source: str, source_language: str, context: str) -> bool:
    """Whether a number, a date or a country of the sentence is not the source's, or one of the two is negated.

    `context`, the title and section above the source, may supply numbers, dates and countries, but no negation.
    """
    below = f"{context}\n{source}"
    return (
        not numbers_in(written, language).agree(numbers_in(below, source_language))
        or not dates_in(written, language).agree(dates_in(below, source_language))
        or not all(may_name(below, source_language, code) for code in countries_named(written, language))
        or polarity_of(written, language).flipped(polarity_of(source, source_language))
    )


def agreement(written: str, language: str, source: str, source_language: str, context: str) -> tuple[float, ...]:
    """The `FEATURES`: counts of names of the sentence that the source has not, of the source's that the sentence has
    not, and of both at once; of words such as "before" without their like in the source; of negations that one has
    more than the other."""
    missing = len(missing_names(_mentions(written, language), f"{context}\n{source}"))
    left_out = len(missing_names(_mentions(source, source_language), written))
    own, other = polarity_of(written, language), polarity_of(source, source_language)
    known = own.known and other.known
    return tuple(
        float(min(count, MOST_COUNTED))
        for count in (
            missing, left_out, min(missing, left_out),
            own.unmatched(other) if known else 0,
            abs(own.negations - other.negations) if known else 0,
        )
    )  # fmt: skip


@lru_cache(maxsize=8192)
def _names(text: str, language: str) -> Sequence[tuple[str, str]]:
    # A date or a time in digits is no name; numbers are compared by themselves.
    return [(name, sound) for name, sound in mentions_of(text, language).names if any(map(str.isalpha, name))]


def _mentions(text: str, language: str) -> Sequence[tuple[str, str]]:
    """Of each sentence by itself: a capital at its beginning makes no name."""
    return [name for line in text.split("\n") for name in _names(line, language)]
