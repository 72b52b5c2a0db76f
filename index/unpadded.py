"""A BERT network over texts laid end to end, instead of side by side and filled up to the longest of them.

All but attention looks at each token by itself, so the tokens of any texts go through it as one matrix; attention is
computed text by text and needs no mask. That is about a tenth less work than batches of four texts of like lengths,
and the same numbers but for bfloat16's rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import LayerNorm, Linear
from torch.nn.functional import gelu, linear, scaled_dot_product_attention
from transformers import BertModel
from transformers.models.bert.modeling_bert import BertLayer

_MODULES = ["Transformer", "Pooling", "Normalize"]


@dataclass(frozen=True, slots=True)
class _Layer:
    """`inward` is the weight and bias of query, key and value at once."""

    inward: tuple[Tensor, Tensor]
    outward: Linear
    attended: LayerNorm
    widening: Linear
    narrowing: Linear
    finished: LayerNorm


class UnpaddedEncoder:
    """What the network of a sentence-transformers model gives for each token; the text's vector is their mean."""

    def __init__(self, network: BertModel) -> None:
        self._embeddings = network.embeddings
        self._heads = int(network.config.num_attention_heads)
        with torch.inference_mode():
            self._layers = [_layer(cast(BertLayer, layer)) for layer in network.encoder.layer]

    @classmethod
    def of(cls, model: SentenceTransformer) -> UnpaddedEncoder | None:
        """None for a model that is no BERT, or whose vector of a text is not the mean of its tokens' at unit length."""
        if [type(module).__name__ for module in model] != _MODULES or model[1].pooling_mode != "mean":
            return None
        network = model[0].auto_model
        if type(network) is not BertModel or network.config.hidden_act != "gelu" or network.config.is_decoder:
            return None
        return cls(network)

    def states(self, texts: Sequence[Tensor]) -> list[Tensor]:
        """For each text, given as token ids, its tokens' last hidden states, shape (tokens, dimensions)."""
        lengths = [len(ids) for ids in texts]
        places = torch.cat([torch.arange(length) for length in lengths])
        embeddings = self._embeddings
        rows = embeddings.word_embeddings(torch.cat(list(texts))) + embeddings.token_type_embeddings.weight[0]
        rows = embeddings.LayerNorm(rows + embeddings.position_embeddings(places))
        for layer in self._layers:
            rows = layer.attended(layer.outward(self._attention(linear(rows, *layer.inward), lengths)) + rows)
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


def _layer(layer: BertLayer) -> _Layer:
    attention = layer.attention.self
    parts = (attention.query, attention.key, attention.value)
    return _Layer(
        inward=(torch.cat([part.weight for part in parts]), torch.cat([part.bias for part in parts])),
        outward=layer.attention.output.dense,
        attended=layer.attention.output.LayerNorm,
        widening=layer.intermediate.dense,
        narrowing=layer.output.dense,
        finished=layer.output.LayerNorm,
    )
