"""Embedding models behind one port; the bundled one and any other of sentence-transformers or LangChain."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, cast

import numpy as np
import torch
from langchain_core.embeddings import Embeddings
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers import PreTrainedModel
from transformers.utils import logging as transformers_logging

from index.hit import Vector, Vectors

BATCH = 4
"""Passages a batch, of like lengths: little padding, and what lies between two layers stays in a core's cache."""
LONGEST_YIELD_SECONDS = 1.0
"""A batch of passages waits no longer for questions, so that documents come on however much is asked."""


class Embedder(Protocol):
    """An embedding model. `name` identifies its vectors: the library refuses to mix two names."""

    @property
    def name(self) -> str: ...

    def embed_query(self, text: str) -> Vector: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...


class SentenceTransformerEmbedder(Embeddings):
    """A sentence-transformers model, also a LangChain `Embeddings` for people who build their own chains."""

    def __init__(self, folder_or_name: str, *, name: str, offline: bool) -> None:
        """`folder_or_name` is what `SentenceTransformer` takes; with `offline` nothing is fetched."""
        self.name = name
        dtype = _fastest_type()
        # Its bar for the weights would stand among the lines of every command.
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model = SentenceTransformer(
            folder_or_name, device="cpu", local_files_only=offline, model_kwargs={"dtype": dtype}
        )
        self._lock = threading.Lock()
        self._tokenizing = threading.Lock()
        self._asked = 0
        self._quiet = threading.Condition()

    @property
    def encoder(self) -> PreTrainedModel:
        """The network below the pooling, to be read from only."""
        return cast(PreTrainedModel, self._model[0].auto_model)

    def tokenizer(self) -> Tokenizer:
        """A copy of the model's tokenizer, the caller's own."""
        return Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())

    def embed_query(self, text: str) -> Vector:  # type: ignore[override]
        """One unit vector, shape (dimensions,), float32."""
        with self._quiet:
            self._asked += 1
        try:
            # One at a time: two questions side by side on the same cores are slower than one after the other.
            with self._lock:
                vector: Vector = self._encode([text], "query")[0]
        finally:
            with self._quiet:
                self._asked -= 1
                self._quiet.notify_all()
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions), float32; sorted by length inside, so give many at once.

        Each core works on batches of its own: that is a tenth faster than all cores on one batch. Between two batches,
        questions that wait are embedded first: somebody waits for their answer.
        """
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
        vectors: dict[int, Vector] = {}
        cores = min(torch.get_num_threads(), max(1, len(batches)))
        with ThreadPoolExecutor(cores, "embedding", torch.set_num_threads, (1,)) as executor:
            encoded = executor.map(lambda batch: self._encode_in_turn([texts[number] for number in batch]), batches)
            for batch, rows in zip(batches, encoded, strict=True):
                vectors.update(zip(batch, rows, strict=True))
        return _floats([vectors[number] for number in range(len(texts))])

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `embed_passages`."""
        rows: list[list[float]] = self.embed_passages(texts).tolist()
        return rows

    def _encode_in_turn(self, texts: Sequence[str]) -> Vectors:
        with self._quiet:
            self._quiet.wait_for(lambda: self._asked == 0, timeout=LONGEST_YIELD_SECONDS)
        return self._encode(texts, "document")

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        with self._tokenizing:  # a tokenizer is set up anew for each call
            features = self._model.preprocess(list(texts), prompt=self._model.prompts.get(prompt))
        with torch.inference_mode():
            vectors = self._model(features)["sentence_embedding"].float()
            return _floats(torch.nn.functional.normalize(vectors, dim=1).numpy())


class ProviderEmbedder:
    """Any embedding model of LangChain's providers."""

    def __init__(self, embeddings: Embeddings, name: str) -> None:
        self.name = name
        self._embeddings = embeddings

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self._unit([self._embeddings.embed_query(text)])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._unit(self._embeddings.embed_documents(list(texts)))

    @staticmethod
    def _unit(rows: list[list[float]]) -> Vectors:
        vectors = np.asarray(rows, dtype=np.float64)
        return _floats(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _floats(values: object) -> Vectors:
    vectors: Vectors = np.asarray(values, dtype=np.float32)
    return vectors


def _fastest_type() -> torch.dtype:
    """bfloat16 is twice as fast where the processor multiplies it natively, and slower where it does not."""
    capabilities = torch.cpu.get_capabilities()
    native = capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")
    return torch.bfloat16 if native else torch.float32
