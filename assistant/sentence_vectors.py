"""Embeddings of single sentences, kept in memory while they are in use."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from index.embedded import EmbeddedPassage
from index.embedding import Embedder
from index.hit import Vector, Vectors
from index.late_interaction import unpacked

CAPACITY = 20_000
"""Sentences remembered; 90 MB at 384 dimensions and 30 tokens a sentence."""


@dataclass(frozen=True, slots=True)
class SentenceVector:
    """A sentence's vector and those of its tokens, all of unit length; no tokens from a model that gives none.

    `words` are those that the tokens make up, and `starts` the number of each one's first token.
    """

    vector: Vector
    tokens: Vectors
    words: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()


class SentenceVectors:
    """A sentence is embedded when it is first read and kept until `CAPACITY` others were used since.

    Pooling the passage's own token vectors instead would cost nothing at question time, but picked the answering
    sentence less often when it was tried.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, EmbeddedPassage] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """The name of the embedding model."""
        return self._embedder.name

    def prepare(self, sentences: Sequence[str]) -> None:
        """Begin to embed them and return at once: while a chat model reads, there is time for it."""
        threading.Thread(target=self.of, args=(list(sentences),), name="sentence-vectors", daemon=True).start()

    def of(self, sentences: Sequence[str]) -> list[SentenceVector]:
        """Vectors of the sentences, in order; those that are not known yet are embedded together."""
        with self._lock:
            found = {text: self._known[text] for text in sentences if text in self._known}
        missing = [text for text in dict.fromkeys(sentences) if text not in found]
        if missing:
            found.update(zip(missing, self._embedder.embed_passages(missing), strict=True))
        with self._lock:
            for text in sentences:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > CAPACITY:
                self._known.popitem(last=False)
        return [
            SentenceVector(each.vector, unpacked(each.tokens, len(each.vector)), each.words, each.starts)
            for each in (found[text] for text in sentences)
        ]
