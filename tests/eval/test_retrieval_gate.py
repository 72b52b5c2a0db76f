"""The gate: search on a fixed part of XQuAD is no worse than it was, in each language and across two.

Thresholds lie just under what is measured; raise them when search gets better.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import mean

import pytest

from assistant.settings import load_settings
from eval.corpus import read_retrieval_set
from eval.families import Pair
from eval.remembering import RememberingEmbedder
from eval.retrieval import Scores, gains, ingest_sources, score, searchable
from eval.ways import WAYS
from index.embedding import Embedder

TEXTS = 60
QUESTIONS = 100
LEAST_NDCG = {"en-en": 0.975, "ro-ro": 0.98, "ar-ar": 0.97, "ro-en": 0.945, "ar-en": 0.82, "en-ro": 0.95}
MAY_LOSE, MAY_LOSE_ON_ALL = 0.015, 0.003
"""Hybrid search may fall this far below the better of its parts, on one pair and in the mean of the pairs.

On one pair of so few questions chance alone moves it by a hundredth (en-en is .011 below here, and .010 above with 150 questions on all 240 texts).
"""


@pytest.fixture(scope="module")
def measured(
    embedder: Embedder, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Mapping[str, Scores]]:
    """The first questions of each pair on the first texts; each text and question is embedded once."""
    remembering = RememberingEmbedder(embedder)
    found = {}
    for texts in ("en", "ro", "ar"):
        folder = tmp_path_factory.mktemp(texts)
        lines = (shared_data / "xquad" / texts / "corpus.jsonl").read_text("utf-8").splitlines(keepends=True)
        (folder / "corpus.jsonl").write_text("".join(lines[:TEXTS]), encoding="utf-8")
        with closing(searchable(load_settings(data_dir=folder / "data"), remembering)) as index:
            documents: dict[str, str] = {}
            for pair in (Pair(name[:2], texts) for name in LEAST_NDCG if name.endswith(texts)):
                data = read_retrieval_set(shared_data / "xquad" / pair.questions, folder, QUESTIONS)
                assert (len(data.queries), len(data.sources)) == (QUESTIONS, TEXTS)
                documents = documents or ingest_sources(data.sources, index, folder / "texts")
                found[pair.name] = score(index, data, documents, WAYS)
    return found


@pytest.mark.parametrize("pair", LEAST_NDCG)
def test_search_is_as_good_as_it_was(pair: str, measured: Mapping[str, Mapping[str, Scores]]) -> None:
    assert measured[pair]["hybrid"].means()["ndcg@10"] >= LEAST_NDCG[pair]


@pytest.mark.parametrize("way", [way.name for way in WAYS if not way.part])
def test_no_whole_is_below_its_better_part(way: str, measured: Mapping[str, Mapping[str, Scores]]) -> None:
    differences = {pair: gains(scores, WAYS)[way].difference.mean for pair, scores in measured.items()}
    assert {pair: gain for pair, gain in differences.items() if gain < -MAY_LOSE} == {}
    assert mean(differences.values()) >= -MAY_LOSE_ON_ALL
