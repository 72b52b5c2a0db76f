"""What an embedding model makes of a text: a vector of the whole, and one of each token for late interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.document import DocumentDraft
from index.hit import Vector, Vectors


@dataclass(frozen=True, slots=True)
class EmbeddedQuery:
    """`tokens`: a row for each token, shape (tokens, dimensions), of any length: a longer one says more.

    No rows where the model gives none.
    """

    vector: Vector
    tokens: Vectors

    @classmethod
    def whole(cls, vector: Vector) -> EmbeddedQuery:
        """Of a model that gives no token vectors."""
        return cls(vector, np.empty((0, len(vector)), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """`tokens`: the vector of each token, packed (see `index.late_interaction`); empty where there are none.

    `words` are those that the tokens make up, and `starts` the number of each one's first token; a library keeps
    neither.
    """

    vector: Vector
    tokens: bytes = b""
    words: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbeddedDrafts:
    """Documents ready to be stored. `keys[i][j]` names the embedding of passage j of `drafts[i]`.

    `embeddings` are those that the library lacked.
    """

    drafts: tuple[DocumentDraft, ...]
    keys: tuple[tuple[bytes, ...], ...]
    embeddings: Mapping[bytes, EmbeddedPassage]
