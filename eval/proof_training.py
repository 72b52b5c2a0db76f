"""Trains the networks of the proof, on pairs of a sentence and a span: true or not, and which words were made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.proof_features import FEATURES, Features
from assistant.proof_model import ProofNetwork, network_of
from assistant.words_matched import FEATURES as WORD_FEATURES

WIDTHS = (32, 16)
"""Of the hidden layers."""
POOLED = 3
EPOCHS = 8
"""The first on each sentence's nearest span, each other on the one that the network then likes best."""
BATCH = 128
RATE = 3e-3
WARM_UP = 50
"""Steps."""
DECAY = 1e-3
WORDS_WEIGHT = 0.5
"""Of the loss of single words, beside that of sentences."""
MADE_UP_WEIGHT = 5.0
"""Of a word that was made up, beside one that was not: there are few."""
LEAST_SPREAD = 0.05
"""Added to the standard deviations that features are divided by: some are nearly always 0."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence's spans, the nearest first; for each word 1 if it was made up, or nothing where that is not known.

    `weight` makes kinds of sentences count alike.
    """

    spans: Sequence[Features]
    true: bool
    made_up: Array | None
    weight: float


def made_up(original: Sequence[str], written: Sequence[str]) -> Array:
    """For each word of the written sentence 1 if the original has not got it there, else 0."""
    marks = np.zeros(len(written), dtype=np.float32)
    matcher = SequenceMatcher(None, original, written, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag != "equal":
            marks[start:end] = 1.0
    return marks


def train(lessons: Sequence[Lesson], seed: int) -> ProofNetwork:
    """The same network for the same seed, lessons and version of torch. Every lesson must have a span."""
    torch.manual_seed(seed)
    chance = np.random.default_rng(seed)
    network = _Network([lesson.spans[0] for lesson in lessons])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(lessons) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1, (n + 1) / WARM_UP) * (1.0 - n / steps))
    chosen = [lesson.spans[0] for lesson in lessons]
    for epoch in range(EPOCHS):
        if epoch:
            chosen = _liked_best(network, lessons)
        for batch in _batches(chance.permutation(len(lessons)), chosen):
            loss = _loss(network, [lessons[n] for n in batch], [chosen[n] for n in batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return network.exported()


class _Network(nn.Module):
    """`ProofNetwork`, to be trained: features are standardised by what the first spans have."""

    def __init__(self, spans: Sequence[Features]) -> None:
        super().__init__()
        self.words = nn.ModuleDict({side: _word_network() for side in ("written", "source")})
        self.out = nn.Linear(len(FEATURES) + 2 * POOLED, 1)
        rows = np.concatenate([row for features in spans for row in (features.written, features.source)])
        whole = np.array([features.span for features in spans], dtype=np.float32)
        self.word_scale = _scale(rows)
        self.span_scale = _scale(whole)

    def forward(self, spans: Sequence[Features]) -> tuple[Tensor, Tensor]:
        """Of each span a logit, and one of each word of the written sentence, 0 beyond its end."""
        mean, spread = self.span_scale
        found = [(torch.tensor([features.span for features in spans]) - mean) / spread]
        written, mask = _padded([features.written for features in spans])
        source, source_mask = _padded([features.source for features in spans])
        logits = self._word_logits("written", written)
        found += [_pooled(logits, mask), _pooled(self._word_logits("source", source), source_mask)]
        return self.out(torch.cat(found, dim=1))[:, 0], logits * mask

    def _word_logits(self, side: str, rows: Tensor) -> Tensor:
        mean, spread = self.word_scale
        logits: Tensor = self.words[side]((rows - mean) / spread)[..., 0]
        return logits

    def exported(self) -> ProofNetwork:
        return network_of(self.arrays())

    def arrays(self) -> Mapping[str, Array]:
        """The weights as the product takes them: what standardises is a part of the first layers."""
        mean, spread = (part.numpy() for part in self.word_scale)
        arrays: dict[str, Array] = {}
        for side, network in self.words.items():
            linears = [layer for layer in network.children() if isinstance(layer, nn.Linear)]
            for number, layer in enumerate(linears):
                weight, bias = layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()
                if number == 0:
                    weight = weight / spread[:, None]
                    bias = bias - mean @ weight
                arrays[f"{side}.{number}.weight"], arrays[f"{side}.{number}.bias"] = weight, bias
        mean, spread = (part.numpy() for part in self.span_scale)
        weight, bias = self.out.weight.detach().numpy()[0].copy(), self.out.bias.detach().numpy().copy()
        weight[: len(mean)] /= spread
        arrays["weight"], arrays["bias"] = weight, bias - mean @ weight[: len(mean)]
        return arrays


def arrays_of(network: ProofNetwork, prefix: str) -> dict[str, Array]:
    """Named as `proof_model.network_of` reads them."""
    arrays = {f"{prefix}weight": network.weight, f"{prefix}bias": np.array([network.bias], dtype=np.float32)}
    for side, words in (("written", network.written), ("source", network.source)):
        for number, (weight, bias) in enumerate(words.layers):
            arrays[f"{prefix}{side}.{number}.weight"] = np.ascontiguousarray(weight)
            arrays[f"{prefix}{side}.{number}.bias"] = bias
    return arrays


def _word_network() -> nn.Sequential:
    first, second = WIDTHS
    return nn.Sequential(
        nn.Linear(WORD_FEATURES, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(), nn.Linear(second, 1)
    )


def _scale(rows: Array) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(rows.mean(axis=0)), torch.from_numpy(rows.std(axis=0) + np.float32(LEAST_SPREAD))


def _padded(rows: Sequence[Array]) -> tuple[Tensor, Tensor]:
    """Shape (texts, longest, features), and (texts, longest): whether there is a word."""
    longest = max(1, *(len(each) for each in rows))
    filled = torch.zeros(len(rows), longest, WORD_FEATURES)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    for number, each in enumerate(rows):
        filled[number, : len(each)], mask[number, : len(each)] = torch.from_numpy(each), True
    return filled, mask


def _pooled(logits: Tensor, mask: Tensor) -> Tensor:
    """What `proof_model.pooled` computes."""
    there = logits.masked_fill(~mask, -30.0)
    mean = (torch.sigmoid(logits) * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
    found = torch.stack([torch.logsumexp(there, dim=1), there.max(dim=1).values, mean], dim=1)
    return found * mask.any(dim=1, keepdim=True)


def _batches(order: NDArray[np.int64], chosen: Sequence[Features]) -> Iterator[NDArray[np.int64]]:
    """Texts of like lengths together, out of some batches at a time."""
    for start in range(0, len(order), 16 * BATCH):
        part = sorted(order[start : start + 16 * BATCH], key=lambda n: len(chosen[n].written))
        for first in range(0, len(part), BATCH):
            yield np.array(part[first : first + BATCH])


def _liked_best(network: _Network, lessons: Sequence[Lesson]) -> list[Features]:
    """The span of each lesson that the network gives the highest logit."""
    flat = [(number, features) for number, lesson in enumerate(lessons) for features in lesson.spans]
    flat.sort(key=lambda item: len(item[1].written))
    best: dict[int, tuple[float, Features]] = {}
    with torch.inference_mode():
        for first in range(0, len(flat), BATCH):
            part = flat[first : first + BATCH]
            logits = network([features for _, features in part])[0].tolist()
            for (number, features), logit in zip(part, logits, strict=True):
                if number not in best or logit > best[number][0]:
                    best[number] = (logit, features)
    return [best[number][1] for number in range(len(lessons))]


def _loss(network: _Network, lessons: Sequence[Lesson], spans: Sequence[Features]) -> Tensor:
    logits, words = network(spans)
    true = torch.tensor([float(lesson.true) for lesson in lessons])
    weights = torch.tensor([lesson.weight for lesson in lessons])
    whole = (binary_cross_entropy_with_logits(logits, true, reduction="none") * weights).mean()
    marked = [
        (words[n, : len(lesson.made_up)], lesson.made_up)
        for n, lesson in enumerate(lessons)
        if lesson.made_up is not None and len(lesson.made_up) == len(spans[n].written)
    ]
    if not marked:
        return whole
    found = torch.cat([logits for logits, _ in marked])
    marks = torch.from_numpy(np.concatenate([each for _, each in marked]))
    return whole + WORDS_WEIGHT * binary_cross_entropy_with_logits(
        found, marks, pos_weight=torch.tensor(MADE_UP_WEIGHT)
    )
