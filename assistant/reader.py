"""Reads a question and a passage together and weighs each sentence of the passage as its answer.

An embedding tells what two texts are about. Whether one answers the other shows only when both are read at once: so
did BERT's authors for question answering (Devlin et al., 2019), whose way of pointing into the text is used here. The
encoder is the bundled embedding model; `python -m eval train-evidence` trains its upper layers, and only what that
changes is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import BertModel

from assistant.pair import Pair, PairEncoder, PassageText, batches_of
from assistant.reader_model import ReaderModel, changed, load_change, members, padded
from index.computing import Computing

WEIGHTS = Path(__file__).parent / "reader.safetensors"
BATCH_TOKENS = 2048
"""Tokens read in one step; passages of like lengths go together, so that little of it is padding."""

Logits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one passage says to one question, in logits, each of shape (sentences,).

    `pointers[i]`: that the answer lies in sentence i, against 0 for "not in this passage". `evidence[i]`: that
    sentence i belongs to what answers, whatever the others say. `UNREAD` where a sentence lay beyond the window.
    """

    pointers: Logits
    evidence: Logits


UNREAD = -20.0


class Reader:
    """One model for all threads; questions are read one after the other."""

    def __init__(self, encoder: BertModel, tokenizer: Tokenizer, weights: Path = WEIGHTS) -> None:
        """`encoder` is the bundled model, of which all that training left alone is shared; it is not changed.

        `tokenizer` becomes the reader's own. Raises `OSError` if the weights are missing.
        """
        self._pairs = PairEncoder(tokenizer)
        self._model = trained(encoder, weights)
        self._computing = Computing("reading")

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """One reading for each passage, in their order."""
        return self._computing.run(self._all_read, question, passages)

    def _all_read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        pairs = self._pairs.pairs(question, passages)
        readings: dict[int, Reading] = {}
        with torch.inference_mode():
            for batch in batches_of(range(len(pairs)), lambda position: len(pairs[position].ids), BATCH_TOKENS):
                counts = [len(passages[position].sentences) for position in batch]
                found = self._read([pairs[position] for position in batch], counts)
                readings.update(zip(batch, found, strict=True))
        return [readings[position] for position in range(len(pairs))]

    def _read(self, pairs: Sequence[Pair], counts: Sequence[int]) -> list[Reading]:
        ids, mask, owners = padded(pairs)
        states = self._model(ids, mask).float()
        most = max(1, *counts)
        tokens = self._model.token_logits(states, owners)
        inside = members(owners, most).bool()
        spread = tokens.unsqueeze(2).masked_fill(~inside, -torch.inf)
        pointers = torch.logsumexp(spread, 1) - tokens[:, :1]
        evidence = self._model.sentence_logits(states, owners, most).masked_fill(~inside.any(1), UNREAD)
        return [
            Reading(_bounded(pointers[row, :count]), _bounded(evidence[row, :count]))
            for row, count in enumerate(counts)
        ]


def trained(encoder: BertModel, weights: Path) -> ReaderModel:
    """The reader's network: a second encoder that shares with `encoder` what training left alone."""
    with torch.device("meta"):
        model = ReaderModel(BertModel(encoder.config, add_pooling_layer=False))
    # Its buffers of positions are in no state; the embeddings are left alone by training and shared as a whole.
    model.encoder.embeddings = encoder.embeddings
    base = {f"encoder.{name}": tensor for name, tensor in encoder.state_dict().items()}
    model.load_state_dict(changed(base, load_change(str(weights))), assign=True)
    return model.eval()


def _bounded(logits: torch.Tensor) -> Logits:
    values: Logits = logits.double().numpy()
    return np.clip(values, UNREAD, -UNREAD)
