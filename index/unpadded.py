"""A BERT network over texts laid end to end, instead of side by side and filled up to the longest of them.

All but attention looks at each token by itself, so the tokens of any texts go through it as one matrix; attention is
computed text by text and needs no mask. That is about a tenth less work than batches of four texts of like lengths,
and the same numbers but for bfloat16's rounding.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import LayerNorm
from torch.nn.functional import gelu, linear, scaled_dot_product_attention
from transformers import BertModel
from transformers.models.bert.modeling_bert import BertLayer

from index.eight_bit import EightBitAfterGelu, EightBitLinear

_MODULES = ["Transformer", "Pooling", "Normalize"]


Product = Callable[[Tensor], Tensor]
"""Of rows with a matrix."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """`inward` gives query, key and value at once."""

    inward: Product
    outward: Product
    attended: LayerNorm
    widening: Product
    narrowing: Product
    finished: LayerNorm


class UnpaddedEncoder:
    """What the network of a sentence-transformers model gives for each token; the text's vector is their mean."""

    def __init__(self, network: BertModel) -> None:
        self._embeddings = network.embeddings
        self._heads = int(network.config.num_attention_heads)
        self._blocks = [cast(BertLayer, layer) for layer in network.encoder.layer]
        with torch.inference_mode():
            self._layers = [_exact(block) for block in self._blocks]
        self._preparing = threading.Lock()

    @classmethod
    def of(cls, model: SentenceTransformer) -> UnpaddedEncoder | None:
        """None for a model that is no BERT, or whose vector of a text is not the mean of its tokens' at unit length."""
        if [type(module).__name__ for module in model] != _MODULES or model[1].pooling_mode != "mean":
            return None
        network = model[0].auto_model
        if type(network) is not BertModel or network.config.hidden_act != "gelu" or network.config.is_decoder:
            return None
        return cls(network)

    @cached_property
    def _eight_bit_layers(self) -> list[_Layer]:
        return [_in_eight_bits(block) for block in self._blocks]

    def eight_bit_states(self, texts: Sequence[Tensor]) -> list[Tensor]:
        """As `states`, with products of eight bits, which `index.eight_bit.is_fast_here` must allow; in float32."""
        with self._preparing:
            layers = self._eight_bit_layers
        return self._states(texts, layers, torch.float32)

    def states(self, texts: Sequence[Tensor]) -> list[Tensor]:
        """For each text, given as token ids, its tokens' last hidden states, shape (tokens, dimensions)."""
        return self._states(texts, self._layers, self._embeddings.word_embeddings.weight.dtype)

    def _states(self, texts: Sequence[Tensor], layers: Sequence[_Layer], dtype: torch.dtype) -> list[Tensor]:
        lengths = [len(ids) for ids in texts]
        places = torch.cat([torch.arange(length) for length in lengths])
        embeddings = self._embeddings
        rows = embeddings.word_embeddings(torch.cat(list(texts))) + embeddings.token_type_embeddings.weight[0]
        rows = embeddings.LayerNorm(rows + embeddings.position_embeddings(places)).to(dtype)
        for layer in layers:
            rows = layer.attended(layer.outward(self._attention(layer.inward(rows), lengths)) + rows)
            rows = layer.finished(layer.narrowing(gelu(layer.widening(rows))) + rows)
        return list(torch.split(rows, lengths))

    def _attention(self, inward: Tensor, lengths: Sequence[int]) -> Tensor:
        """Of rows that hold query, key and value; each text attends to itself."""
        mixed = []
        for text in torch.split(inward, list(lengths)):
            # Shape of each: (1, heads, tokens, dimensions of a head).
            query, key, value = text.view(1, len(text), 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            mixed.append(scaled_dot_product_attention(query, key, value)[0].transpose(0, 1).reshape(len(text), -1))
        return torch.cat(mixed)


def _exact(block: BertLayer) -> _Layer:
    weight, bias = _inward(block)
    return _Layer(
        inward=lambda rows: linear(rows, weight, bias),
        outward=block.attention.output.dense,
        attended=block.attention.output.LayerNorm,
        widening=block.intermediate.dense,
        narrowing=block.output.dense,
        finished=block.output.LayerNorm,
    )


def _in_eight_bits(block: BertLayer) -> _Layer:
    outward, widening, narrowing = block.attention.output.dense, block.intermediate.dense, block.output.dense
    return _Layer(
        inward=EightBitLinear(*_inward(block)),
        outward=EightBitLinear(outward.weight, outward.bias),
        attended=copy.deepcopy(block.attention.output.LayerNorm).float(),
        widening=EightBitLinear(widening.weight, widening.bias),
        narrowing=EightBitAfterGelu(narrowing.weight, narrowing.bias),
        finished=copy.deepcopy(block.output.LayerNorm).float(),
    )


def _inward(block: BertLayer) -> tuple[Tensor, Tensor]:
    """Weight and bias of query, key and value, one below the other."""
    attention = block.attention.self
    parts = (attention.query, attention.key, attention.value)
    return torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])
