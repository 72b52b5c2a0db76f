"""Names across scripts: ЮНІСЕФ, يونيسف and UNICEF have the same consonants."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

MIN_CONSONANTS = 3
"""Shorter skeletons meet by chance."""

_SCRIPTS = (("l", "a", "\u024f"), ("c", "\u0400", "\u04ff"), ("a", "\u0600", "\u06ff"))
"""A letter for each script that names are written in here, and its first and last character."""
_ARABIC_ARTICLE = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")
_DIGRAPHS = (("sch", "s"), ("sh", "s"), ("ch", "c"), ("ph", "f"), ("kh", "h"), ("zh", "s"), ("ck", "k"), ("th", "t"))
_SOFT_C = re.compile("c(?=[eiy])")
_ALIKE = str.maketrans(
    {"c": "k", "q": "k", "g": "k", "x": "k", "z": "s", "v": "f", "p": "b", "t": "d"} | dict.fromkeys("aeiouyjhw'`")
)
_DOUBLED = re.compile(r"(.)\1+")


def spellings(word: str) -> tuple[str, tuple[str, ...]] | None:
    """A name's consonants marked with its own script, and with each other script; None where it is no name.

    Names begin with a capital; in Arabic letters, which have none, any word may be one.
    """
    script = next((mark for mark, first, last in _SCRIPTS if first <= word[0].lower() <= last), None)
    if script is None or not (word[0].isupper() or script == "a"):
        return None
    bare = consonants(word)
    if len(bare) < MIN_CONSONANTS:
        return None
    return f"{script}{bare}", tuple(f"{other}{bare}" for other, _, _ in _SCRIPTS if other != script)


@lru_cache(maxsize=65536)
def consonants(word: str) -> str:
    """Consonants in Latin letters, alike ones made one."""
    latin = anyascii(_ARABIC_ARTICLE.sub("", word)).lower()
    for letters, sound in _DIGRAPHS:
        latin = latin.replace(letters, sound)
    return _DOUBLED.sub(r"\1", _SOFT_C.sub("s", latin).translate(_ALIKE))
