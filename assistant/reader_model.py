"""The network that reads a question and a passage together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BertModel

from assistant.pair import NOBODY, PADDING, Pair

FROZEN_LAYERS = 4
"""Lowest layers left as bundled: neither trained nor shipped."""
_LEVELS = 127
_SCALE = ".scale"


class ReaderModel(nn.Module):
    """The bundled encoder with three heads on its token states."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.pointer = nn.Linear(hidden, 1)
        self.nowhere = nn.Linear(hidden, 1)
        self.sentence = nn.Linear(hidden, 1)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Token states, shape (batch, tokens, hidden), of ids and mask of shape (batch, tokens)."""
        states: Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return states

    def token_logits(self, states: Tensor, owners: Tensor) -> Tensor:
        """Where the answer lies, shape (batch, tokens): "nowhere" at 0, -inf at tokens of no sentence."""
        tokens = self.pointer(states).squeeze(-1).masked_fill(owners == NOBODY, -torch.inf)
        return torch.cat([self.nowhere(states[:, 0]), tokens[:, 1:]], dim=1)

    def sentence_logits(self, states: Tensor, owners: Tensor, count: int) -> Tensor:
        """Whether each sentence is evidence, shape (batch, count); without meaning where a sentence has no token."""
        member = members(owners, count).to(states.dtype)
        means = torch.einsum("bts,bth->bsh", member, states) / member.sum(1).clamp(min=1).unsqueeze(-1)
        logits: Tensor = self.sentence(means).squeeze(-1)
        return logits


def members(owners: Tensor, count: int) -> Tensor:
    """1 where token t belongs to sentence s, shape (batch, tokens, count)."""
    return nn.functional.one_hot(owners - NOBODY, count + 1)[:, :, 1:]


def padded(pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
    """ids, mask and owners of the pairs, each of shape (len(pairs), longest)."""
    longest = max(len(pair.ids) for pair in pairs)
    ids = torch.full((len(pairs), longest), PADDING)
    owners = torch.full((len(pairs), longest), NOBODY)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        owners[row, : len(pair.owners)] = torch.tensor(pair.owners)
    return ids, (ids != PADDING).long(), owners


def trained_names(model: ReaderModel) -> list[str]:
    """Names of the parameters that training changes: the upper layers and the heads."""
    frozen = ("encoder.embeddings.", *(f"encoder.encoder.layer.{number}." for number in range(FROZEN_LAYERS)))
    return [name for name, _ in model.named_parameters() if not name.startswith(frozen)]


def change_between(base: Mapping[str, Tensor], model: ReaderModel) -> dict[str, Tensor]:
    """What training changed: matrices as eight-bit numbers with a scale for each row, all else as float16.

    Training moves weights by little, so eight bits of the difference keep more of it than eight of the weights would.
    """
    state = model.state_dict()
    change: dict[str, Tensor] = {}
    for name in trained_names(model):
        difference = (state[name] - base[name]).float() if name in base else state[name].float()
        if difference.ndim == 2 and name in base:
            scale = difference.abs().amax(1, keepdim=True).clamp(min=1e-8) / _LEVELS
            change[name] = (difference / scale).round().to(torch.int8)
            change[name + _SCALE] = scale.half()
        else:
            change[name] = difference.half()
    return change


def changed(base: Mapping[str, Tensor], change: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights after training; those that it left alone are shared with `base`, not copied."""
    weights = dict(base)
    for name, value in change.items():
        if name.endswith(_SCALE):
            continue
        difference = value.float() * change[name + _SCALE].float() if value.dtype == torch.int8 else value.float()
        weights[name] = (base[name].float() + difference).to(base[name].dtype) if name in base else difference
    return weights


def save_change(change: Mapping[str, Tensor], file: str) -> None:
    save_file(dict(change), file)


def load_change(file: str) -> dict[str, Tensor]:
    weights: dict[str, Tensor] = load_file(file)
    return weights
