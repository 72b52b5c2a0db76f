"""Texts laid end to end: the same vectors as the network gives for them side by side."""

from __future__ import annotations

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from index.embedding import Embedder, SentenceTransformerEmbedder
from index.unpadded import UnpaddedEncoder

TEXTS = (
    "The office is open on Monday.",
    "Consulatul eliberează un titlu de călătorie cetățenilor fără acte, în trei zile lucrătoare. " * 8,
    "الاستشارة مجانية وسرية.",
    "?",
)


def test_states_are_those_of_the_network_itself(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder._unpadded is not None
    together = embedder.states(TEXTS, "document")
    monkeypatch.setattr(embedder, "_unpadded", None)
    for ours, theirs in zip(together, embedder.states(TEXTS, "document"), strict=True):
        assert ours.vector @ theirs.vector > 0.9999
        assert ours.ids.tolist() == theirs.ids.tolist()
        lengths = np.linalg.norm(ours.tokens, axis=1) * np.linalg.norm(theirs.tokens, axis=1)
        assert all(np.sum(ours.tokens * theirs.tokens, axis=1) > 0.999 * lengths)


def test_a_model_that_is_put_together_otherwise_computes_itself(embedder: Embedder) -> None:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    transformer, pooling, _ = embedder._model
    assert UnpaddedEncoder.of(SentenceTransformer(modules=[transformer, pooling])) is None
