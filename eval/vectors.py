"""`python -m eval vectors DATA_DIR`: what each way of making vectors from the same weights brings to search."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer

from assistant.settings import load_settings
from assistant.wiring import open_embedder
from eval.corpus import RetrievalSet, read_retrieval_set
from eval.metrics import measure
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.splitting import draft_of
from index.embedding import BATCH, SentenceTransformerEmbedder, States
from index.errors import InvalidRequest
from index.hit import Vectors, units
from index.late_interaction import late_scores, packed
from index.whitening import Whitening, load_whitenings
from ingest.split import split

CANDIDATES = 60
"""Passages, the best by whitened vectors, whose tokens are compared."""
PAIRS = "omos_qa:en:en,omos_qa:de:de,omos_qa:fr:de,omos_qa:ar:en,xquad:en:en,xquad:ro:en,ntrex:so:en"
AS_IS = np.eye(384, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Embedded:
    """Questions and passages of one pair of languages as the network gives them.

    `owners[i]` is the source of passage i. `sentences[i]` are vectors of its sentences, each embedded alone.
    """

    data: RetrievalSet
    queries: tuple[States, ...]
    passages: tuple[States, ...]
    bare: tuple[States, ...]
    sentences: tuple[Vectors, ...]
    owners: tuple[str, ...]


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with the families of retrieval sets.")],
    pairs: Annotated[str, typer.Option(help="FAMILY:QUESTIONS:TEXTS, by commas.")] = PAIRS,
    limit: Annotated[int, typer.Option(min=1, help="Ask only so many questions of each pair.")] = 150,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Rank by vectors alone, made in several ways, and by tokens; no keywords. Of OMoS-QA the dev split is asked."""
    embedder = open_embedder(load_settings())
    if not isinstance(embedder, SentenceTransformerEmbedder):
        raise InvalidRequest("Vectors are compared for the bundled model; unset embedding_model.")
    names = pairs.split(",")
    scores: dict[str, list[float]] = {}
    for name in names:
        embedded = _embed(embedder, data, name, limit)
        for way, rank in WAYS.items():
            scores.setdefault(way, []).append(_ndcg(embedded, rank(embedded)))
    rows = [(way, *(f"{score:.4f}" for score in reached)) for way, reached in scores.items()]
    figures = {way: dict(zip(names, reached, strict=True)) for way, reached in scores.items()}
    table = Table(f"nDCG@10, {limit} questions a pair, without keywords", ("vectors", *names), rows)
    publish(Report("Vectors", [table], figures), json_file, html_file)


def _embed(embedder: SentenceTransformerEmbedder, data: Path, pair: str, limit: int) -> Embedded:
    family, asked, read = pair.split(":")
    only = "dev" if family == "omos_qa" else None
    found = read_retrieval_set(data / family / asked, data / family / read, limit, only)
    texts, bare, sentences, owners = [], [], [], []
    for source in found.sources:
        draft = draft_of(source.id, source.text, split)
        for passage in draft.passages:
            text = draft.text[passage.span.start : passage.span.end]
            bare.append(text)
            texts.append(f"{passage.context}\n{text}" if passage.context else text)
            sentences.append([draft.text[span.start : span.end] for span in passage.sentences] or [text])
            owners.append(source.id)
    alone = iter(_states(embedder, [sentence for each in sentences for sentence in each], "document"))
    return Embedded(
        found,
        tuple(_states(embedder, [query.text for query in found.queries], "query")),
        tuple(_states(embedder, texts, "document")),
        tuple(_states(embedder, bare, "document")),
        tuple(np.stack([next(alone).vector for _ in each]) for each in sentences),
        tuple(owners),
    )


def _states(
    embedder: SentenceTransformerEmbedder, texts: Sequence[str], prompt: Literal["query", "document"]
) -> list[States]:
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    found: dict[int, States] = {}
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        found.update(zip(batch, embedder.states([texts[place] for place in batch], prompt), strict=True))
    return [found[place] for place in range(len(texts))]


def _ndcg(embedded: Embedded, scores: Vectors) -> float:
    """Of sources, each at its best passage; `scores` of shape (questions, passages)."""
    run = {
        query.id: list(dict.fromkeys(embedded.owners[place] for place in np.argsort(-row, kind="stable")))[:10]
        for query, row in zip(embedded.data.queries, scores, strict=True)
    }
    return measure(embedded.data.qrels, run)["ndcg@10"]


def _whole(embedded: Embedded, whitening: Whitening | None = None) -> Vectors:
    queries, passages = _rows(embedded.queries), _rows(embedded.passages)
    if whitening is None:
        return queries @ passages.T
    return units(whitening.queries(queries)) @ units(whitening.passages(passages)).T


def _bare(embedded: Embedded) -> Vectors:
    return _rows(embedded.queries) @ _rows(embedded.bare).T


def _sentences(embedded: Embedded) -> Vectors:
    """Each passage by the best of its sentences."""
    queries = _rows(embedded.queries)
    return np.stack([(queries @ vectors.T).max(axis=1) for vectors in embedded.sentences], axis=1)


def _pooled(embedded: Embedded) -> Vectors:
    """Means of the tokens that have a letter or digit, without prompt and ends."""
    means = [each.tokens.mean(axis=0) if len(each.tokens) else each.vector for each in embedded.passages]
    return _rows(embedded.queries) @ units(np.stack(means)).T


def _centred(embedded: Embedded) -> Vectors:
    shipped = load_whitenings().texts
    return _whole(embedded, Whitening(shipped.query_mean, shipped.passage_mean, AS_IS))


def _centred_by_language(embedded: Embedded) -> Vectors:
    asked, read = _rows(embedded.queries).mean(axis=0), _rows(embedded.passages).mean(axis=0)
    return _whole(embedded, Whitening(asked, read, AS_IS))


def _late(embedded: Embedded, whitening: Whitening, keep: Callable[[Vectors], Vectors] | None = None) -> Vectors:
    """Late interaction among the candidates; `keep` is what is kept of a passage's tokens, packed by default."""
    first = _whole(embedded, load_whitenings().texts)
    tokens = [whitening.passages(each.tokens) for each in embedded.passages]
    kept = [packed(each) if keep is None else keep(each) for each in tokens]
    scores = first - 10.0  # whoever is no candidate stays behind, in order
    for row, query in enumerate(embedded.queries):
        asked = whitening.queries(query.tokens)
        places = np.argsort(-first[row], kind="stable")[:CANDIDATES]
        chosen = [kept[place] for place in places]
        scores[row, places] = late_scores(asked, chosen) if keep is None else _exact(asked, chosen)
    return scores


def _exact(query: Vectors, passages: Sequence[Vectors]) -> Vectors:
    weight = np.linalg.norm(query, axis=1).sum()
    found = [(query @ each.T).max(axis=1).sum() / weight if len(each) else 0.0 for each in passages]
    return np.array(found, dtype=np.float32)


def _signs(tokens: Vectors) -> Vectors:
    return np.asarray(np.sign(tokens) / np.sqrt(tokens.shape[1]), dtype=np.float32)


def _rows(states: Sequence[States]) -> Vectors:
    return np.stack([each.vector for each in states])


def _tokens_centred(embedded: Embedded) -> Vectors:
    shipped = load_whitenings().tokens
    return _late(embedded, Whitening(shipped.query_mean, shipped.passage_mean, AS_IS), units)


_NOTHING = np.zeros(384, dtype=np.float32)
WAYS: Mapping[str, Callable[[Embedded], Vectors]] = {
    "as they are": _whole,
    "without title and section": _bare,
    "one for each sentence, the best": _sentences,
    "of words only": _pooled,
    "centred": _centred,
    "centred by language": _centred_by_language,
    "whitened": lambda embedded: _whole(embedded, load_whitenings().texts),
    "tokens as they are": lambda embedded: _late(embedded, Whitening(_NOTHING, _NOTHING, AS_IS), units),
    "tokens centred": _tokens_centred,
    "tokens whitened": lambda embedded: _late(embedded, load_whitenings().tokens, units),
    "tokens whitened, one bit": lambda embedded: _late(embedded, load_whitenings().tokens, _signs),
    "tokens whitened, two bits": lambda embedded: _late(embedded, load_whitenings().tokens),
}
