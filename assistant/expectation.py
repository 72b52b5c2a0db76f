"""The kind of answer that a question expects, and whether a sentence holds one of that kind."""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel import Locale

DATA = Path(__file__).parent / "expectations.toml"
_LANGUAGES = ("en", "it", "ro", "fr", "es", "de", "pt", "ar", "uk", "ru", "so")
_DIGIT = re.compile(r"\d")
_YEAR_OR_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}\b|\b\d{1,2}[:h]\d\d\b")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|https?://|www\.|(?:\+|\b0)\d(?:[\s./()-]*\d){6,}|\b\d(?:[\s.-]?\d){5,}\b")
_FULL_NAME = re.compile(r"\b[^\W\d_a-zа-я]\w+ (?:\w{1,3} )?[^\W\d_a-zа-я]\w+|\b[A-Z]{3,}\b")
_INNER_CAPITAL = re.compile(r"(?<=[\w,] )[^\W\d_a-zа-я]\w{2,}")


class Expectation(StrEnum):
    """Kinds of answers whose presence in a sentence can be seen."""

    NUMBER = "number"
    DATE = "date"
    CONTACT = "contact"
    PERSON = "person"
    PLACE = "place"


def expectations_of(question: str, language: str) -> frozenset[Expectation]:
    """What the question asks for; empty where its words do not tell."""
    lowered = question.lower()
    return frozenset(kind for kind in Expectation if (p := _pattern(kind, language)) and p.search(lowered))


def meets(expectation: Expectation, sentence: str) -> bool:
    """Whether the sentence holds something of this kind. Scripts without capitals always hold a person or place."""
    match expectation:
        case Expectation.NUMBER:
            return bool(_DIGIT.search(sentence) or _number_words().search(sentence.lower()))
        case Expectation.DATE:
            return bool(_YEAR_OR_DATE.search(sentence) or _months().search(sentence.lower()))
        case Expectation.CONTACT:
            return bool(_CONTACT.search(sentence))
        case Expectation.PERSON:
            return not _has_case(sentence) or bool(_FULL_NAME.search(sentence))
        case Expectation.PLACE:
            return not _has_case(sentence) or bool(_INNER_CAPITAL.search(sentence))


def _has_case(text: str) -> bool:
    return any(char.islower() for char in text)


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    with DATA.open("rb") as file:
        return tomllib.load(file)


@cache
def _pattern(kind: Expectation, language: str) -> re.Pattern[str] | None:
    phrases = _data()[kind.value].get(language)
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases)) if phrases else None


@cache
def _number_words() -> re.Pattern[str]:
    words = {word for language in _data()["number_words"].values() for word in language}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, words)))})\b")


@cache
def _months() -> re.Pattern[str]:
    names = {
        name.lower()
        for language in _LANGUAGES
        for form in ("format", "stand-alone")
        for name in Locale(language).months[form]["wide"].values()
    }
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})\b")
