"""Whether a question goes on from the one before it, by its words alone."""

from __future__ import annotations

from collections.abc import Sequence
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
_SOMALI_ENDINGS = ("se", "na")
_SOMALI_AND = "iyo"
SHORTEST_ENDED = 5


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
    found = detect_language(question)
    if found == UNKNOWN:
        return previous.language
    words = [word.plain for word in words_of(question)]
    before, now = (sum(word in lexicon(code).functions for word in words) for code in (previous.language, found))
    return previous.language if len(words) <= MOST_UNLISTED and before >= max(1, now) else found


def leaning(question: str, language: str, previous: Exchange) -> Leaning:
    """Conjunctions that open it, pronouns, and how little else there is in it; a new name speaks against it."""
    known = lexicon(language, previous.language, detect_language(question))
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
    rest = _opened(words, known, before)
    opened = rest is not None
    words = rest if rest is not None else words
    return Reading(tuple(words), tuple(word for word in words if not is_function(word, known)), opened)


def is_function(word: Word, known: Lexicon) -> bool:
    """Whether the word says nothing about the topic; Arabic `wa-` before it changes nothing."""
    plain = word.plain
    return word.kind == "elided" or plain in known.functions or (plain[:1] == _WAW and plain[1:] in known.functions)


def _opened(words: Sequence[Word], known: Lexicon, before: set[str]) -> Sequence[Word] | None:
    """What follows a word that opens a question by going on from another; None where there is none."""
    if not words:
        return None
    first, plains = words[0], tuple(word.plain for word in words)
    if first.plain in known.openers:
        return _opened(words[1:], known, before) or words[1:]
    for phrase in known.phrases:
        if plains[: len(phrase)] == phrase:
            return words[len(phrase) :]
    # Arabic writes `wa-` as one with the word behind it, and some words begin with that letter themselves.
    bare = Word(first.plain[1:], first.start + 1, first.end, first.kind)
    if first.plain[:1] == _WAW and (bare.plain in known.functions or bare.plain in before):
        return _opened([bare, *words[1:]], known, before) or [bare, *words[1:]]
    if first.plain.startswith(_WAW + _ARTICLE) and len(first.plain) > SHORTEST_ENDED:
        return [bare, *words[1:]]
    # Somali has endings for it: Carruurtase?
    last = words[-1].plain
    ended = last.endswith(_SOMALI_ENDINGS) and len(last) > SHORTEST_ENDED
    return words if ended and len(words) <= 2 and _SOMALI_AND in known.openers else None


def _has_pronoun(word: Word, language: str) -> bool:
    """Arabic writes its pronouns as one with verb or noun: tamdīdu-hā, "its extension"."""
    return language == "ar" and len(word.plain) > 4 and word.plain.endswith(("ها", "هم", "هما"))
