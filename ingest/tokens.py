"""How many tokens the embedding model will make of a text, without loading it."""

from __future__ import annotations

import re
from functools import cache

_PER_CHARACTER = (
    (re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"), 1 / 1.2),
    (re.compile("[\u0900-\u0dff\u0e00-\u109f\u1200-\u137f\u1780-\u17ff]"), 1 / 1.9),
    (re.compile("[\u0590-\u08ff]"), 1 / 3.0),
    (re.compile("[\u0370-\u058f\u10a0-\u10ff]"), 1 / 3.3),
    _IN_ASCII := (re.compile(r"[0-9|/@_~#%&=+<>{}\[\]\\-]"), 1 / 2.0),
)
_LATIN = 1 / 4.0
_ROUNDING = 0.001  # of a sum of fractions


def estimate_tokens(text: str) -> int:
    """Tokens of multilingual-e5's vocabulary: about 4 Latin, 3.3 Cyrillic, 3 Arabic or 1.2 Chinese characters each."""
    rest = len(text)
    tokens = 0.0
    for pattern, weight in (_IN_ASCII,) if text.isascii() else _PER_CHARACTER:
        count = len(pattern.findall(text))
        tokens += count * weight
        rest -= count
    return int(tokens + rest * _LATIN) + 1


def fitting(text: str, start: int, end: int, limit: int) -> int:
    """How many characters from `start` on, at least one, are within `limit` tokens; none after `end` is counted."""
    tokens = 0.0
    for place in range(start, end):
        tokens += _weight(text[place])
        if tokens >= limit - _ROUNDING:
            return max(1, place - start)
    return end - start


@cache
def _weight(character: str) -> float:
    return next((weight for pattern, weight in _PER_CHARACTER if pattern.match(character)), _LATIN)
