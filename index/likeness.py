"""Whether one text says all that another says: what duplicates are told by."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_MEANING = frozenset("€$£%<>≤≥+±°=")
_MOST_LINES = 4000  # lines between the first and the last difference that are still compared; more take minutes


class _Plain(dict[int, str]):
    """For `str.translate`: letters, marks and the signs that mean something stay, digits become 0 to 9."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Nd":
            plain = str(unicodedata.digit(character))
        elif category[0] in "LMN" or character in _MEANING:
            plain = character
        else:
            plain = "" if category == "Cf" else " "
        self[code] = plain
        return plain


_PLAIN = _Plain()


def words_of(text: str) -> list[str]:
    """The words and numbers of a text without case, punctuation and list marks: equal lists are the same text."""
    return text.translate(_PLAIN).casefold().split()


def numbers_of(text: str) -> set[str]:
    """The words with a digit in them: amounts, years, parts of dates, telephone numbers and addresses."""
    return {word for word in words_of(text) if any(character.isdigit() for character in word)}


def covers(kept: str, other: str) -> bool:
    """Whether nothing is lost when `kept` is shown in place of `other`, and neither names what the other does not.

    Case, punctuation and the breaks of lines and words may differ, and `kept` may have more lines, such as a heading or
    a note of the site. No word may be another one: "not", the days of the week and "employee" beside "employer" have
    neither a capital nor a digit, and are what people come for. In the lines that only `kept` has, every word with a
    capital may be a name, and so may every word of a script without capitals: the other text must have it too.
    """
    ours, theirs = _without_common_ends(_lines(kept), _lines(other))
    if max(len(ours), len(theirs)) > _MOST_LINES:
        return False
    known = set(words_of(other))
    matcher = SequenceMatcher(None, [line.words for line in ours], [line.words for line in theirs], autojunk=False)
    for change, start, end, other_start, other_end in matcher.get_opcodes():
        if change == "delete" and all(line.names <= known for line in ours[start:end]):
            continue
        if change != "equal" and _letters(ours[start:end]) != _letters(theirs[other_start:other_end]):
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Line:
    words: tuple[str, ...]
    names: frozenset[str]


def _lines(text: str) -> list[_Line]:
    lines = (line.translate(_PLAIN).split() for line in text.split("\n"))
    return [
        _Line(
            tuple(word.casefold() for word in words),
            frozenset(word.casefold() for word in words if not (word.islower() and word.isalpha())),
        )
        for words in lines
        if words
    ]


def _without_common_ends(ours: list[_Line], theirs: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    start, shorter = 0, min(len(ours), len(theirs))
    while start < shorter and ours[start].words == theirs[start].words:
        start += 1
    end = 0
    while end < shorter - start and ours[-1 - end].words == theirs[-1 - end].words:
        end += 1
    return ours[start : len(ours) - end], theirs[start : len(theirs) - end]


def _letters(lines: Sequence[_Line]) -> str:
    return "".join(word for line in lines for word in line.words)
