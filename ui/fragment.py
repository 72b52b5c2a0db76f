"""Links to words of a page, by the words themselves: text fragments, in every script."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

_LONGEST = 120
"""Characters of a line that is named whole; of a longer one, its first and last words are."""
_EDGE = 60  # characters of such a beginning or end


def text_fragment(lines: Sequence[str]) -> str:
    """What stands behind `#` in the address of a page that shows these lines; empty where they have no letters.

    Browsers look for whole words within one block, so several lines are named by words of the first and of the last.
    Everything but ASCII's letters and digits is percent-encoded, also the dash and the comma, which would mean
    something else: accents and Arabic arrive as they are.
    """
    named = [" ".join(line.split()) for line in lines if any(character.isalnum() for character in line)]
    if not named:
        return ""
    if len(named) == 1 and len(named[0]) <= _LONGEST:
        return f":~:text={_encoded(named[0])}"
    return f":~:text={_encoded(_beginning(named[0]))},{_encoded(_ending(named[-1]))}"


def _beginning(line: str) -> str:
    """Whole words; a script that has no spaces is cut between two signs."""
    if len(line) <= _EDGE:
        return line
    cut = line.rfind(" ", 0, _EDGE + 1)
    return line[: cut if cut > 0 else _EDGE]


def _ending(line: str) -> str:
    if len(line) <= _EDGE:
        return line
    cut = line.find(" ", len(line) - _EDGE - 1)
    return line[cut + 1 :] if cut >= 0 else line[-_EDGE:]


def _encoded(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D").replace("~", "%7E")
