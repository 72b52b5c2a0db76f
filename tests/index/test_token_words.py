"""Words are put together again from the pieces of a tokenizer."""

from __future__ import annotations

import pytest

from index.embedding import Embedder, SentenceTransformerEmbedder
from index.token_words import words_of


@pytest.mark.parametrize(
    ("pieces", "words", "starts"),
    [
        (["▁The", "▁office"], ("The", "office"), (0, 1)),
        (["▁Lam", "pe", "dusa", "▁is"], ("Lampedusa", "is"), (0, 3)),
        (["▁l", "'", "accueil"], ("l", "accueil"), (0, 1)),
        (["▁", "(", "BA", "MF", ")"], ("BAMF",), (0,)),
        (["▁?"], (), ()),
    ],
)
def test_pieces_make_words(pieces: list[str], words: tuple[str, ...], starts: tuple[int, ...]) -> None:
    assert words_of(pieces) == (words, starts)


def test_an_embedded_sentence_has_its_words(embedder: Embedder) -> None:
    assert isinstance(embedder, SentenceTransformerEmbedder)
    (embedded,) = embedder.embed_passages(["Das Büro (in Lampedusa) ist offen."])
    assert embedded.words == ("Das", "Büro", "in", "Lampedusa", "ist", "offen")
    (states,) = embedder.states(["Das Büro (in Lampedusa) ist offen."], "document")
    assert states.starts[-1] < len(states.tokens)
    assert list(states.starts) == sorted(set(states.starts))
