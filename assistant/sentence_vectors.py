"""Embeddings of single sentences, kept in memory while they are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from index.embedding import Embedder
from index.hit import Vector, Vectors

CAPACITY = 20_000
"""Sentences remembered; 30 MB at 384 dimensions."""


class SentenceVectors:
    """A sentence's vector is computed when it is first read and kept until `CAPACITY` others were used since.

    Pooling the passage's own token vectors instead would cost nothing at question time, but picked the answering
    sentence less often when it was tried.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, sentences: Sequence[str]) -> Vectors:
        """Unit vectors of the sentences, shape (len(sentences), dimensions)."""
        with self._lock:
            found = {text: self._known[text] for text in sentences if text in self._known}
        missing = [text for text in dict.fromkeys(sentences) if text not in found]
        if missing:
            embedded = self._embedder.embed_passages(missing)
            found.update((text, each.vector) for text, each in zip(missing, embedded, strict=True))
        with self._lock:
            for text in sentences:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > CAPACITY:
                self._known.popitem(last=False)
        return np.stack([found[text] for text in sentences])
