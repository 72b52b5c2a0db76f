"""Products of eight bits are near the exact ones, and used for passages where the processor is fast at them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import gelu, linear

from index.eight_bit import EightBitAfterGelu, EightBitLinear, is_fast_here
from index.embedding import Embedder, SentenceTransformerEmbedder

pytestmark = pytest.mark.skipif(not is_fast_here(), reason="this processor is not faster with eight bits")

TEXTS = (
    "The office is open on Monday.",
    "Consulatul eliberează un titlu de călătorie cetățenilor fără acte, în trei zile lucrătoare. " * 8,
    "الاستشارة مجانية وسرية.",
    "Заяву про тимчасовий захист подають до міграційної служби.",
)


def error(found: Tensor, exact: Tensor) -> float:
    return float((found - exact).norm() / exact.norm())


@pytest.fixture
def layer() -> tuple[Tensor, Tensor, Tensor]:
    """Rows of which one column is large, as in the network; weight; bias."""
    chance = torch.Generator().manual_seed(7)
    rows = torch.randn(90, 64, generator=chance)
    rows[:, 5] *= 8
    return rows, torch.randn(48, 64, generator=chance) / 8, torch.randn(48, generator=chance)


def test_products_are_near_the_exact_ones(layer: tuple[Tensor, Tensor, Tensor]) -> None:
    rows, weight, bias = layer
    exact = linear(rows, weight, bias)
    with torch.inference_mode():
        assert error(EightBitLinear(weight, bias)(rows), exact) < 0.03


def test_numbers_that_gelu_gave_have_a_scale_for_each_row(layer: tuple[Tensor, Tensor, Tensor]) -> None:
    rows, weight, bias = layer
    rows[3] *= 100  # that row alone is rounded to larger steps
    positive = gelu(rows)
    with torch.inference_mode():
        found, exact = EightBitAfterGelu(weight, bias)(positive), linear(positive, weight, bias)
    assert max(error(found[row], exact[row]) for row in range(len(rows))) < 0.03


@pytest.mark.parametrize("constant", [0.0, 1.0, -3.0])
def test_rows_that_are_all_alike_are_no_division_by_nothing(constant: float) -> None:
    weight, bias = torch.eye(32), torch.zeros(32)
    with torch.inference_mode():
        found = EightBitLinear(weight, bias)(torch.full((4, 32), constant))
    assert error(found + 1, torch.full((4, 32), constant + 1)) < 0.01


def test_rows_are_left_as_they_are(layer: tuple[Tensor, Tensor, Tensor]) -> None:
    rows, weight, bias = layer
    before = rows.clone()
    with torch.inference_mode():
        EightBitLinear(weight, bias)(rows)
        EightBitAfterGelu(weight, bias)(rows)
    assert torch.equal(rows, before)


def test_a_vector_does_not_depend_on_the_texts_beside(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    for beside, text in zip(together, TEXTS, strict=True):
        alone = embedder.embed_passages([text])[0]
        assert np.allclose(beside.vector, alone.vector, atol=1e-6)
        assert beside.tokens == alone.tokens


def test_vectors_of_passages_are_near_the_exact_ones(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder._eight_bit
    rounded = embedder.embed_passages(TEXTS)
    monkeypatch.setattr(embedder, "_eight_bit", False)
    for near, exact in zip(rounded, embedder.embed_passages(TEXTS), strict=True):
        assert 0.99 < near.vector @ exact.vector < 1
        assert np.linalg.norm(near.vector) == pytest.approx(1, abs=1e-5)
        assert near.words == exact.words
