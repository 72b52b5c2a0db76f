"""The loop that trains the reader, and its loss."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from assistant.pair import NOBODY, Pair, PairEncoder, batches_of
from assistant.reader_model import ReaderModel, members, padded, trained_names
from eval.reading_examples import Example

BATCH_TOKENS = 4096
LEARNING_RATES = (1.5e-4, 1e-4)
"""Highest of each of the first epochs."""
WARM_UP = 0.06
"""Share of the steps in which the learning rate rises; afterwards it falls to nothing along a line."""
RISING = 21
"""Steps in which a rate rises that does not fall afterwards: the average of the weights does in place of the fall."""
WEIGHT_DECAY = 0.01
LONGEST_STEP = 1.0
"""Norm that gradients are cut to."""
SORTED_TOGETHER = 2048
"""Examples that batches of like lengths are made of, so that other epochs have other batches."""
TOLD_EVERY = 50
AVERAGED = 0.99
"""Weight of what was before in the running average of the weights, which an epoch ends with: its last hundred steps.

Averaged weights generalise better than the last ones (Izmailov et al., "Averaging weights leads to wider optima and
better generalization", 2018), and cost nothing when reading.
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """An example in tokens: `targets[t]` tells whether token t answers, `evidence[i]` whether sentence i does."""

    pair: Pair
    targets: tuple[bool, ...]
    evidence: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps done of all, seconds since the start, and both parts of the loss over the last `TOLD_EVERY` steps."""

    step: int
    steps: int
    seconds: float
    pointer: float
    evidence: float


def lesson_of(example: Example, encoder: PairEncoder) -> Lesson:
    pair = encoder.pairs(example.question, [example.passage])[0]
    targets = tuple(
        owner != NOBODY and any(start < last and end > first for first, last in example.answers)
        for owner, (start, end) in zip(pair.owners, pair.offsets, strict=True)
    )
    evidence = tuple(
        any(span.start < last and span.end > first for first, last in example.answers)
        for span in example.passage.sentences
    )
    return Lesson(pair, targets, evidence)


def shuffled_batches(lessons: Sequence[Lesson], seed: int) -> list[list[Lesson]]:
    """Batches of like lengths and about `BATCH_TOKENS` tokens, in random order."""
    chance = random.Random(seed)
    shuffled = list(lessons)
    chance.shuffle(shuffled)
    batches: list[list[Lesson]] = []
    for first in range(0, len(shuffled), SORTED_TOGETHER):
        together = shuffled[first : first + SORTED_TOGETHER]
        batches += batches_of(together, lambda lesson: len(lesson.pair.ids), BATCH_TOKENS)
    chance.shuffle(batches)
    return batches


def train(
    model: ReaderModel, batches: Sequence[Sequence[Lesson]], rate: float, *, falling: bool = True
) -> Iterator[Progress]:
    """One pass over the batches with AdamW in bfloat16; yields now and then how it goes.

    Without dropout: an epoch or two are too few to learn the passages by heart.
    """
    wanted = set(trained_names(model))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name in wanted)
    parameters: list[Tensor] = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.98), weight_decay=WEIGHT_DECAY)
    steps, rising = len(batches), max(1, int(WARM_UP * len(batches))) if falling else RISING
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / rising, (steps - step) / max(1, steps - rising) if falling else 1.0),
    )
    averages = [parameter.detach().clone() for parameter in parameters]
    started, losses = time.monotonic(), []
    for step, batch in enumerate(batches, 1):
        pointer, evidence = losses_of(model.eval(), batch)
        optimizer.zero_grad()
        (pointer + evidence).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, LONGEST_STEP)
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            torch._foreach_lerp_(averages, parameters, 1 - min(AVERAGED, step / (step + 9)))
        losses.append((float(pointer.detach()), float(evidence.detach())))
        if step % TOLD_EVERY == 0 or step == steps:
            last = torch.tensor(losses[-TOLD_EVERY:]).mean(0).tolist()
            yield Progress(step, steps, time.monotonic() - started, *last)
    with torch.no_grad():
        for trained, average in zip(parameters, averages, strict=True):
            trained.copy_(average)


def move_back(model: ReaderModel, before: Mapping[str, Tensor], share: float) -> None:
    """Move the trained weights by a share of the way back to what they were before, by name.

    On the way between weights before and after a fine-tuning lie some that have learned most of the new and lost little
    of the old (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
    """
    state = model.state_dict()
    with torch.no_grad():
        for name in trained_names(model):
            state[name].lerp_(before[name], share)


def losses_of(model: ReaderModel, batch: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
    """Pointer: -log of the probability of the tokens that answer, or of "nowhere" where none does.

    Evidence: the cross-entropy of each sentence by itself.
    """
    ids, mask, owners = padded([lesson.pair for lesson in batch])
    with torch.autocast("cpu", torch.bfloat16):
        states = model(ids, mask)
    states = states.float()
    targets = _rows([lesson.targets for lesson in batch], ids.shape[1]).bool()
    targets[:, 0] = ~targets.any(1)
    logits = model.token_logits(states, owners)
    right = torch.logsumexp(logits.masked_fill(~targets, -torch.inf), 1)
    pointer = (torch.logsumexp(logits, 1) - right).mean()
    most = max(len(lesson.evidence) for lesson in batch)
    scores = model.sentence_logits(states, owners, most)
    wanted = _rows([lesson.evidence for lesson in batch], most)
    each = functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none")
    return pointer, each[members(owners, most).bool().any(1)].mean()


def _rows(values: Sequence[Sequence[bool]], width: int) -> Tensor:
    filled = torch.zeros(len(values), width)
    for row, flags in enumerate(values):
        filled[row, : len(flags)] = torch.tensor(flags, dtype=torch.float)
    return filled
