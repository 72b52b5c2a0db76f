"""Embedding models behind one port; the bundled one and any other of sentence-transformers or LangChain."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol, cast

import numpy as np
import torch
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch import Tensor
from transformers import PreTrainedModel
from transformers.utils import logging as transformers_logging

from index.computing import CORES, Computing
from index.eight_bit import is_fast_here
from index.embedded import EmbeddedPassage, EmbeddedQuery
from index.hit import Vectors, units
from index.late_interaction import packed
from index.token_words import words_of
from index.unpadded import UnpaddedEncoder
from index.whitening import Whitenings

BATCH = 2_000
"""Characters a batch, about 500 tokens: what lies between two layers stays in a core's cache."""
LONGEST_YIELD_SECONDS = 1.0
"""A batch of passages waits no longer for questions, so that documents come on however much is asked."""


class Embedder(Protocol):
    """An embedding model. `name` identifies its vectors: the library refuses to mix two names."""

    @property
    def name(self) -> str: ...

    def embed_query(self, text: str) -> EmbeddedQuery: ...

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]: ...


@dataclass(frozen=True, slots=True)
class States:
    """What the network gives for one text: a unit vector of the whole, and its tokens' vectors with their ids.

    Tokens of the prompt, those that mark both ends, and those without a letter or digit are left out. `words` are those
    that the tokens make up, and `starts` the number of each one's first token.
    """

    vector: Vectors
    tokens: Vectors
    ids: NDArray[np.int64]
    words: tuple[str, ...]
    starts: tuple[int, ...]


class SentenceTransformerEmbedder:
    """A sentence-transformers model."""

    def __init__(self, folder_or_name: str, *, name: str, offline: bool, whitenings: Whitenings | None = None) -> None:
        """`folder_or_name` is what `SentenceTransformer` takes; with `offline` nothing is fetched.

        Without `whitenings`, which are fitted for one model, its vectors are taken as they are and no tokens kept.
        """
        self.name = f"{name}+{whitenings.name}" if whitenings else name
        self._whitenings = whitenings
        dtype = _fastest_type()
        # Its bar for the weights would stand among the lines of every command.
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model = SentenceTransformer(
            folder_or_name, device="cpu", local_files_only=offline, model_kwargs={"dtype": dtype}
        )
        self._unpadded = UnpaddedEncoder.of(self._model)
        self._eight_bit = self._unpadded is not None and is_fast_here()
        # Not a copy of the tokenizer: that takes a third of a second of every start.
        tokenizer: Tokenizer = self._model.tokenizer.backend_tokenizer
        self._prompt_tokens = {
            # The space at its end belongs to the token of the word that follows it.
            prompt: 1 + len(tokenizer.encode((self._model.prompts.get(prompt) or "").strip(), add_special_tokens=False))
            for prompt in ("query", "document")
        }
        self._pieces = pieces(tokenizer)
        self._wordlike = np.array([any(map(str.isalnum, piece)) for piece in self._pieces])
        self._computing = Computing("query")
        self._tokenizing = threading.Lock()
        self._asked = 0
        self._quiet = threading.Condition()

    def unwhitened(self) -> SentenceTransformerEmbedder:
        """The same model, whose vectors are taken as they are; to compare with."""
        other = copy.copy(self)
        other.name, other._whitenings = self.name.partition("+")[0], None
        return other

    @property
    def encoder(self) -> PreTrainedModel:
        """The network below the pooling, to be read from only."""
        return cast(PreTrainedModel, self._model[0].auto_model)

    def tokenizer(self) -> Tokenizer:
        """A copy of the model's tokenizer, the caller's own."""
        return Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())

    def embed_query(self, text: str) -> EmbeddedQuery:
        """Its vector has unit length, float32."""
        with self._quiet:
            self._asked += 1
        try:
            states = self._computing.run(self.states, [text], "query")[0]
        finally:
            with self._quiet:
                self._asked -= 1
                self._quiet.notify_all()
        if self._whitenings is None:
            return EmbeddedQuery.whole(states.vector)
        vector = units(self._whitenings.texts.queries(states.vector))
        return EmbeddedQuery(vector, self._whitenings.tokens.queries(states.tokens))

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        """Vectors of unit length, float32; the longest texts first, so give many at once.

        Each core works on batches of its own: that is a tenth faster than all cores on one batch. Between two batches,
        questions that wait are embedded first: somebody waits for their answer.
        """
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        batches = list(_batches(texts, order))
        embedded: dict[int, EmbeddedPassage] = {}
        cores = min(CORES, max(1, len(batches)))
        with ThreadPoolExecutor(cores, "embedding", torch.set_num_threads, (1,)) as executor:
            encoded = executor.map(lambda batch: self._passages_in_turn([texts[number] for number in batch]), batches)
            for batch, passages in zip(batches, encoded, strict=True):
                embedded.update(zip(batch, passages, strict=True))
        return [embedded[number] for number in range(len(texts))]

    def states(
        self, texts: Sequence[str], prompt: Literal["query", "document"], *, eight_bit: bool = False
    ) -> list[States]:
        """Vectors as the network gives them, before any whitening; in `eight_bit`, almost: see `index.eight_bit`."""
        with self._tokenizing:  # a tokenizer is set up anew for each call
            features = self._model.preprocess(list(texts), prompt=self._model.prompts.get(prompt))
        with torch.inference_mode():
            encoded = self._encoded(features, eight_bit)
        first = self._prompt_tokens[prompt]
        states = []
        for vector, tokens, ids in encoded:
            own = ids[first:-1]
            kept = self._wordlike[own]
            words = words_of(self._pieces[number] for number in own)
            states.append(States(vector, tokens[first:-1][kept], own[kept], *words))
        return states

    def _encoded(
        self, features: Mapping[str, Tensor], eight_bit: bool
    ) -> list[tuple[Vectors, Vectors, NDArray[np.int64]]]:
        """Of each text its vector of unit length, and the vectors and ids of all its tokens."""
        lengths = features["attention_mask"].sum(dim=1).tolist()
        texts = [ids[:length] for ids, length in zip(features["input_ids"], lengths, strict=True)]
        if self._unpadded is not None:
            encode = self._unpadded.eight_bit_states if eight_bit else self._unpadded.states
            tokens = [rows.float() for rows in encode(texts)]
            vectors = torch.stack([rows.mean(dim=0) for rows in tokens])
        else:
            output = self._model(features)
            rows = output["token_embeddings"].float()
            tokens = [row[:length] for row, length in zip(rows, lengths, strict=True)]
            vectors = output["sentence_embedding"].float()
        vectors = torch.nn.functional.normalize(vectors, dim=1)
        return [
            (vector.numpy(), row.numpy(), ids.numpy()) for vector, row, ids in zip(vectors, tokens, texts, strict=True)
        ]

    def _passages_in_turn(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        with self._quiet:
            self._quiet.wait_for(lambda: self._asked == 0, timeout=LONGEST_YIELD_SECONDS)
        states = self.states(texts, "document", eight_bit=self._eight_bit)
        if self._whitenings is None:
            return [EmbeddedPassage(each.vector) for each in states]
        return [
            EmbeddedPassage(
                units(self._whitenings.texts.passages(each.vector)),
                packed(self._whitenings.tokens.passages(each.tokens)),
                each.words,
                each.starts,
            )
            for each in states
        ]


class ProviderEmbedder:
    """Any embedding model of LangChain's providers."""

    def __init__(self, embeddings: Embeddings, name: str) -> None:
        self.name = name
        self._embeddings = embeddings

    def embed_query(self, text: str) -> EmbeddedQuery:
        return EmbeddedQuery.whole(units(_floats(self._embeddings.embed_query(text))))

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        rows = self._embeddings.embed_documents(list(texts))
        return [EmbeddedPassage(units(_floats(row))) for row in rows]


def _batches(texts: Sequence[str], order: Sequence[int]) -> Iterator[list[int]]:
    """The texts' numbers in this order, in groups of about `BATCH` characters."""
    batch: list[int] = []
    characters = 0
    for number in order:
        batch.append(number)
        characters += len(texts[number])
        if characters >= BATCH:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def pieces(tokenizer: Tokenizer) -> list[str]:
    """What each token id of the vocabulary stands for; empty for an id that is not used."""
    return [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]


def _floats(values: object) -> Vectors:
    vectors: Vectors = np.asarray(values, dtype=np.float32)
    return vectors


def _fastest_type() -> torch.dtype:
    """bfloat16 is twice as fast where the processor multiplies it natively, and slower where it does not."""
    capabilities = torch.cpu.get_capabilities()
    native = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
    return torch.bfloat16 if native else torch.float32
