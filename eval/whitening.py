"""`python -m eval whitening DATA_DIR`: fits what takes the language out of the bundled model's vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from assistant.settings import load_settings
from assistant.wiring import open_embedder
from eval.parallel_texts import Group, pages, phrases, questions
from index.embedding import SentenceTransformerEmbedder, States, pieces
from index.errors import InvalidRequest
from index.hit import Vector, Vectors, units
from index.whitening import WEIGHTS

NAME = "whitened-1"
"""Stands in the names of the models whose vectors are whitened; raised with every new fit."""
TEXT_RIDGE, TOKEN_RIDGE = 0.5, 1.0
"""Of the mean variance, added to every direction: few texts must not decide that one is worthless. Chosen on half of
the train split's questions, which the fit had not seen."""
LEAST_COSINE = 0.3
"""Between two words, each the other's nearest, to be taken for translations of each other."""
ROUNDS = 2
"""Words are matched again with the whitening that the first matches gave."""
Prompt = Literal["query", "document"]


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa and documents.")],
    out: Annotated[Path, typer.Option(help="File to write.")] = WEIGHTS,
) -> None:
    """Fit the whitenings of texts and of tokens on translations, and write them."""
    embedder = open_embedder(load_settings())
    if not isinstance(embedder, SentenceTransformerEmbedder):
        raise InvalidRequest("Whitenings are fitted for the bundled model; unset embedding_model.")
    omos, book = data / "omos_qa", data / "documents" / "refugee_phrasebook"
    starts = word_starts(embedder.tokenizer())
    asked = [_read(embedder, group, "query") for group in questions(omos)]
    read = [_read(embedder, group, "document") for group in pages(omos)]
    said = [_read(embedder, group, "document") for group in phrases(book)]
    said_asked = [_read(embedder, group, "query") for group in phrases(book)]
    texts = mixed(*(covariance(map(_means, groups)) for groups in (asked, read, said, said_asked)))
    words = [[[_words(each, starts) for each in states] for states in groups] for groups in (asked, said, said_asked)]
    fitted = {
        "texts.query_mean": _mean_vector(asked),
        "texts.passage_mean": _mean_vector(read),
        "texts.matrix": matrix(texts, TEXT_RIDGE),
        "tokens.query_mean": _mean_token(asked),
        "tokens.passage_mean": _mean_token(read),
        "tokens.matrix": matrix(_token_covariance(words), TOKEN_RIDGE),
    }
    save_file({name: array.astype(np.float16) for name, array in fitted.items()}, str(out), {"name": NAME})
    print(f"{out}: {len(asked)} questions, {len(read)} pages, {len(said)} phrases")


def covariance(classes: Iterator[Vectors]) -> Vectors:
    """How far the members of a class lie from their mean, by directions: within-class covariance, of trace 1."""
    apart = np.concatenate([members - members.mean(axis=0) for members in classes])
    covariances = apart.T @ apart
    return np.asarray(covariances / np.trace(covariances), dtype=np.float64)


def mixed(*covariances: Vectors) -> Vectors:
    return np.asarray(np.mean(covariances, axis=0))


def matrix(covariances: Vectors, ridge: float) -> Vectors:
    """The inverse square root of a covariance of trace 1, scaled to a mean of 1 over the directions."""
    values, directions = np.linalg.eigh(covariances)
    shrunk = (values + ridge / len(values)) ** -0.5
    whitening: Vectors = (directions * (shrunk / shrunk.mean())) @ directions.T
    return whitening


def matches(one: Vectors, other: Vectors, whitening: Vectors) -> Vectors:
    """Differences of the words of two translations that are each other's nearest, shape (matches, dimensions)."""
    left, right = units(one @ whitening), units(other @ whitening)
    cosines = left @ right.T
    nearest, back = cosines.argmax(axis=1), cosines.argmax(axis=0)
    rows = np.arange(len(one))
    mutual = (back[nearest] == rows) & (cosines[rows, nearest] > LEAST_COSINE)
    differences: Vectors = one[mutual] - other[nearest[mutual]]
    return differences


def word_starts(tokenizer: Tokenizer) -> Vectors:
    """For each token id whether a word begins there."""
    return np.array([piece.startswith("▁") for piece in pieces(tokenizer)])


def _read(embedder: SentenceTransformerEmbedder, group: Group, prompt: Prompt) -> list[list[States]]:
    return [embedder.states(texts, prompt) for texts in group]


def _means(group: Sequence[Sequence[States]]) -> Vectors:
    """One vector for each language."""
    return np.stack([np.mean([each.vector for each in states], axis=0) for states in group])


def _mean_vector(groups: Sequence[Sequence[Sequence[States]]]) -> Vector:
    mean: Vector = np.mean([each.vector for group in groups for states in group for each in states], axis=0)
    return mean


def _mean_token(groups: Sequence[Sequence[Sequence[States]]]) -> Vector:
    parts = [each.tokens for group in groups for states in group for each in states]
    mean: Vector = np.concatenate(parts).mean(axis=0)
    return mean


def _words(states: Sequence[States], starts: Vectors) -> Vectors:
    """The mean vector of each word's tokens."""
    tokens = np.concatenate([each.tokens for each in states])
    ids = np.concatenate([each.ids for each in states])
    if not len(ids):
        return tokens
    number = np.cumsum(starts[ids])
    _, word, sizes = np.unique(number, return_inverse=True, return_counts=True)
    sums = np.zeros((len(sizes), tokens.shape[1]), dtype=np.float32)
    np.add.at(sums, word, tokens)
    return np.asarray(sums / sizes[:, np.newaxis], dtype=np.float32)


def _token_covariance(sets: Sequence[Sequence[Sequence[Vectors]]]) -> Vectors:
    """Of words that translate each other, between the first language of each group and the others."""
    means = [np.concatenate([words for group in groups for words in group]).mean(axis=0) for groups in sets]
    whitening = np.eye(len(means[0]), dtype=np.float32)
    for _ in range(ROUNDS):
        found = []
        for groups, mean in zip(sets, means, strict=True):
            pairs = ((group[0] - mean, other - mean) for group in groups for other in group[1:])
            apart = np.concatenate([matches(one, other, whitening) for one, other in pairs if len(one) and len(other)])
            found.append(apart.T @ apart / np.trace(apart.T @ apart))
        # Questions count as much as phrases do with both prompts.
        within = mixed(found[0], mixed(*found[1:]))
        whitening = matrix(within, TOKEN_RIDGE).astype(np.float32)
    return within
