"""What the bundled model gives for texts, and that questions need not wait until all documents are embedded."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest

from index.computing import CORES
from index.embedding import BATCH, Embedder, SentenceTransformerEmbedder, States


def test_a_question_goes_before_the_next_batch(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    real, asking = embedder.states, threading.Event()
    order: list[str] = []

    def slow(texts: Sequence[str], prompt: Literal["query", "document"], *, eight_bit: bool = False) -> list[States]:
        if prompt == "document" and not order:
            asking.set()
            until = time.monotonic() + 5
            while not embedder._asked and time.monotonic() < until:
                time.sleep(0.001)
        order.append(prompt)
        return real(texts, prompt, eight_bit=eight_bit)

    monkeypatch.setattr(embedder, "states", slow)
    texts = [f"The office opens at {hour}.".ljust(BATCH, " ") for hour in range(8)]
    passages = threading.Thread(target=embedder.embed_passages, args=(texts,))
    passages.start()
    assert asking.wait(10)
    embedder.embed_query("When does the office open?")
    passages.join()
    assert order.index("query") <= CORES, order  # batches that each core had begun
    assert order.count("document") == 8


def test_vectors_stand_in_the_order_of_their_texts(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [
        "bread",
        "snow",
        "harbour",
        "passport",
        "violin",
        "dentist",
        "tractor",
        "volcano",
        "lamp",
        "nurse",
        "camel",
    ]
    texts = [f"About {word}. " + f"This is a text on {word}. " * (number % 4) for number, word in enumerate(words)]
    monkeypatch.setattr("index.embedding.BATCH", 100)
    together = np.stack([each.vector for each in embedder.embed_passages(texts)])
    for number in (0, 3, len(texts) - 1):
        alone = embedder.embed_passages([texts[number]])[0].vector
        assert int((together @ alone).argmax()) == number
    assert together.shape[0] == len(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=0.01)


@pytest.mark.parametrize("prompt", ["query", "document"])
@pytest.mark.parametrize("text", ["Palermo opens at nine.", "مكتب مفتوح", "«Київ» відкрито"])
def test_the_first_word_has_its_token(embedder: Embedder, prompt: Literal["query", "document"], text: str) -> None:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    tokenizer = embedder.tokenizer()
    ids = embedder.states([text], prompt)[0].ids.tolist()
    pieces = "".join(tokenizer.id_to_token(number) or "" for number in ids)
    assert pieces.replace("▁", "").startswith(text.strip("«").split()[0].rstrip("»"))
