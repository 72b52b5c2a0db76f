"""Late interaction: each token of a query looks for its nearest token in a passage, and the best matches are averaged.

One vector has to say everything that a passage says at once; token vectors keep apart what stands beside each other
(ColBERT: Khattab & Zaharia, 2020). Of a passage's token vectors two bits a dimension are kept, 96 bytes a token at 384
dimensions; that costs nothing that was measurable, and one bit a dimension cost a point of nDCG across languages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.hit import Vectors, units

LEVELS = np.array([-10, -3, 3, 10])
"""What a dimension's two bits stand for, in steps of `STEP`.

The best four levels for a normal distribution (Max, 1960): the ratio of 1.510 to 0.4528 is nearly 10 to 3.
"""
STEP = 0.151
BORDERS = np.array([-0.9816, 0.0, 0.9816])
"""Between the levels, for a dimension of unit variance."""
IN_A_BYTE = 4

_DECODED = np.stack([LEVELS[(np.arange(256) >> shift) & 3] for shift in (6, 4, 2, 0)], axis=1).astype(np.float32)
"""The four levels of each byte."""
BLOCK = 512
"""Tokens that are decoded and compared at once: few enough to stay in the processor's cache."""


def packed(tokens: Vectors) -> bytes:
    """Token vectors, shape (tokens, dimensions), as two bits a dimension; dimensions are a multiple of four."""
    if not len(tokens):
        return b""
    lengths = np.linalg.norm(tokens, axis=1, keepdims=True) / np.float32(np.sqrt(tokens.shape[1]))
    # Counted border by border, each moved to the token's length: several times faster than a search for each number.
    above = [(tokens > np.float32(border) * lengths).view(np.uint8) for border in BORDERS]
    codes = (above[0] + above[1] + above[2]).reshape(-1, IN_A_BYTE)
    joined: NDArray[np.uint8] = codes[:, 0] << 6 | codes[:, 1] << 4 | codes[:, 2] << 2 | codes[:, 3]
    return joined.tobytes()


def late_scores(query: Vectors, passages: Sequence[bytes]) -> NDArray[np.float32]:
    """For each passage the mean, over the query's tokens, of the best cosine with a token of the passage.

    `query`: shape (tokens, dimensions); a token weighs as much as its vector is long. `passages`: packed tokens. A
    passage without tokens scores 0, and so does everything for a query without any.
    """
    scores = np.zeros(len(passages), dtype=np.float32)
    weight = float(np.linalg.norm(query, axis=1).sum()) if len(query) else 0.0
    filled = [number for number, tokens in enumerate(passages) if tokens]
    if not weight or not filled:
        return scores
    dimensions = query.shape[1]
    codes = np.frombuffer(b"".join(passages[number] for number in filled), dtype=np.uint8)
    products = _products(query, codes.reshape(-1, dimensions // IN_A_BYTE))
    lengths = [len(passages[number]) * IN_A_BYTE // dimensions for number in filled]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    best = np.maximum.reduceat(products, starts, axis=1).sum(axis=0)
    scores[filled] = best * (STEP / (weight * np.sqrt(dimensions)))
    return scores


def _products(query: Vectors, codes: NDArray[np.uint8]) -> Vectors:
    """Of each token of the query with each packed one, in steps; shape (query tokens, packed tokens)."""
    products = np.empty((len(query), len(codes)), dtype=np.float32)
    for first in range(0, len(codes), BLOCK):
        # Nothing lies beyond the table's 256 rows: "clip" only spares looking.
        levels = np.take(_DECODED, codes[first : first + BLOCK], axis=0, mode="clip").reshape(-1, query.shape[1])
        np.matmul(query, levels.T, out=products[:, first : first + BLOCK])
    return products


def unpacked(tokens: bytes, dimensions: int) -> Vectors:
    """The token vectors that were packed, shape (tokens, dimensions), at unit length."""
    return units(_DECODED[np.frombuffer(tokens, dtype=np.uint8)].reshape(-1, dimensions))
