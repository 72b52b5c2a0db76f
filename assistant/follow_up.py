"""Whether a question goes on from the one before it, by its words alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from assistant.exchange import Exchange
from assistant.referring_words import Lexicon, is_listed, lexicon
from assistant.words import Word, words_of
from index.language import UNKNOWN, detect_language

MOST_AFTER_OPENER = 4
"""Words with a meaning of their own in "and in …?": with more it is a question in its own right."""
MOST_WITH_POINTER = 3
MOST_UNSURE = 3
MOST_UNLISTED = 5
"""Words of a question in a language without a word list that may still go on from the one before."""
_WAW = "و"
_ARTICLE = "ال"


class Leaning(Enum):
    """How much a question leans on the one before it; `UNSURE` where its words do not settle it."""

    NO = "no"
    UNSURE = "unsure"
    SURE = "sure"


@dataclass(frozen=True, slots=True)
class Reading:
    """The question's words without the one that only opens it; of them those with a `meaning` of their own."""

    words: tuple[Word, ...]
    meaning: tuple[Word, ...]
    opened: bool


def language_of(question: str, previous: Exchange) -> str:
    """The language of a short question, which may be told by that of the one before it: "А в Бродах?"."""
    found = detect_language(question, previous.language)
    if found == UNKNOWN or not is_listed(found) or not is_listed(previous.language):
        return previous.language if found == UNKNOWN else found
    known = [word.plain for word in words_of(question)]
    shares = [sum(word in lexicon(code).functions for word in known) for code in (previous.language, found)]
    return previous.language if len(known) <= MOST_UNLISTED and shares[0] >= max(1, shares[1]) else found


def leaning(question: str, language: str, previous: Exchange) -> Leaning:
    """Conjunctions that open it, pronouns, and how little else there is in it; a new name speaks against it."""
    known = lexicon(language, previous.language)
    before = {word.plain for word in words_of(previous.searched)}
    read = read_question(question, known, before)
    asks = any(word.plain in known.asking for word in read.words)
    points = any(word.plain in known.pointers or _has_pronoun(word, language) for word in read.words)
    names = any(word.kind != "common" and word.plain not in before for word in read.meaning)
    count = len(read.meaning)
    if read.opened and count <= MOST_AFTER_OPENER:
        return Leaning.UNSURE if asks and names else Leaning.SURE
    if asks and names and not points:
        return Leaning.NO
    if not names and (count <= (1 if asks else 0) or (points and count <= MOST_WITH_POINTER)):
        return Leaning.SURE
    if count <= MOST_UNSURE or (not is_listed(language) and len(read.words) <= MOST_UNLISTED):
        return Leaning.UNSURE
    return Leaning.NO


def read_question(question: str, known: Lexicon, before: set[str]) -> Reading:
    """`before` are the words of the question before it."""
    words = words_of(question)
    opened = bool(words) and _opens(words[0], known, before)
    if opened and words[0].plain in known.openers:
        words = words[1:]
    return Reading(tuple(words), tuple(word for word in words if not _is_function(word, known)), opened)


def _opens(word: Word, known: Lexicon, before: set[str]) -> bool:
    """Also Arabic `wa-`, written as one with a word that makes sense without it, and the Somali ending `-se`."""
    if word.plain in known.openers:
        return True
    rest = word.plain[1:]
    if word.plain.startswith(_WAW) and (rest in known.functions or rest in before):
        return True
    if word.plain.startswith(_WAW + _ARTICLE) and len(word.plain) > 5:
        return True
    return word.plain.endswith("se") and "iyo" in known.openers and len(word.plain) > 5


def _is_function(word: Word, known: Lexicon) -> bool:
    return word.plain in known.functions or (word.plain.startswith(_WAW) and word.plain[1:] in known.functions)


def _has_pronoun(word: Word, language: str) -> bool:
    """Arabic writes its pronouns as one with verb or noun: tamdīdu-hā, "its extension"."""
    return language == "ar" and len(word.plain) > 4 and word.plain.endswith(("ها", "هم", "هما"))
