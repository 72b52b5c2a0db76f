"""How alike words are written, in any scripts: vectors of their letters in Latin, one with vowels and one without."""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np
from anyascii import anyascii

from assistant.names import skeleton
from index.hit import Vector

DIMENSIONS = 96
"""Of each vector. Parts of words are hashed into them."""


@lru_cache(maxsize=32768)
def spelling(word: str) -> Vector:
    """The parts of two consonants, then those of three letters, both at unit length: shape (2 * DIMENSIONS,).

    The product of two halves is 1 for words written alike, and about 0 for any other two.
    """
    latin = "".join(filter(str.isalnum, anyascii(word).lower()))
    spelled: Vector = np.concatenate([_hashed(f"^{skeleton(word)}$", 2), _hashed(f"^{latin}$", 3)])
    return spelled


def _hashed(letters: str, length: int) -> Vector:
    counts = np.zeros(DIMENSIONS, dtype=np.float32)
    for start in range(len(letters) - length + 1):
        counts[zlib.crc32(letters[start : start + length].encode()) % DIMENSIONS] += 1
    size = float(np.sqrt(counts @ counts))
    return counts / size if size else counts
