"""Letterheads: the logos' captions above a letter or press release, as they come out of a converter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_SHORT = 60  # characters of the longest caption
_REACH = 30  # printed lines in which a letterhead must end
_KEY_VALUE = re.compile(r"^[^:]{2,40}:\s+\S")
_SENTENCE_END = re.compile(r"[.!?:;,…؟。।]['\"”»)]*$")
_DIGIT = re.compile(r"\d")


def letterhead_end(lines: Sequence[str]) -> int:
    """How many lines at the beginning are a letterhead, 0 if none.

    A letterhead is a run of groups (divided by empty lines) of short lines without numbers, keys or sentences, in which
    at least two lines come twice: the captions of logos that stand side by side. The first other group ends it.
    """
    groups = _groups(lines)
    head: list[str] = []
    end = 0
    for start, group in groups:
        if not all(_is_caption(line) for line in group) or len(head) + len(group) > _REACH:
            end = start
            break
        head.extend(group)
    repeated = [line for line, count in Counter(line.casefold() for line in head).items() if count > 1]
    return end if len(repeated) >= 2 else 0


def _groups(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    groups: list[tuple[int, list[str]]] = []
    previous = ""
    for number, line in enumerate(lines):
        if line and previous:
            groups[-1][1].append(line)
        elif line:
            groups.append((number, [line]))
        previous = line
    return groups


def _is_caption(line: str) -> bool:
    return len(line) <= _SHORT and not (_DIGIT.search(line) or _KEY_VALUE.match(line) or _SENTENCE_END.search(line))
