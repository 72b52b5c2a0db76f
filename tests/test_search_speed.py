"""`python -m eval speed --search` on a small library, and the made-up passages it measures on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import main
from eval.search_process import recall
from eval.synthetic import SyntheticLibrary


class TestSyntheticLibrary:
    def test_is_the_same_for_the_same_seed(self) -> None:
        drafts, vectors = next(SyntheticLibrary(200).blocks())
        again, same = next(SyntheticLibrary(200).blocks())
        assert drafts == again
        assert np.array_equal(vectors, same)
        assert next(SyntheticLibrary(200, seed=2).blocks())[0] != drafts

    def test_is_made_of_passages_of_usual_length_in_unit_vectors(self) -> None:
        drafts, vectors = next(SyntheticLibrary(200).blocks())
        passages = [(draft, passage) for draft in drafts for passage in draft.passages]
        assert vectors.shape == (200, 384)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
        lengths = [len(draft.text[passage.span.start : passage.span.end].split()) for draft, passage in passages]
        assert 110 < np.mean(lengths) < 130
        assert all(passage.sentences[-1].end == passage.span.end for _, passage in passages)

    def test_words_follow_zipfs_law(self) -> None:
        drafts, _ = next(SyntheticLibrary(1000).blocks())
        words = " ".join(draft.text for draft in drafts if draft.language == "en").replace(".", "").split()
        _, counts = np.unique(words, return_counts=True)
        most, tenth = np.sort(counts)[[-1, -10]]
        assert 0.02 < most / len(words) < 0.08
        assert 2 < most / tenth < 10

    def test_exact_search_looks_at_every_passage(self) -> None:
        library = SyntheticLibrary(2500)
        vectors = np.concatenate([vectors for _, vectors in library.blocks()])
        queries = np.stack([query.embedded.vector for query in library.queries(5)])
        expected = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
        assert np.array_equal(library.exact(queries, 10), expected)


def test_recall_is_the_share_of_the_exact_answer() -> None:
    assert recall([[1, 2, 9], [4, 5, 6]], [[1, 2, 3], [6, 5, 4]]) == pytest.approx(5 / 6)


def test_searches_are_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(tmp_path / "figures.json"), str(tmp_path / "page.html")]
    options = ["--passages", "2000", "--queries", "5", "--json", files[0], "--html", files[1]]
    with pytest.raises(SystemExit, match="0"):
        main(["speed", "--search", *options])
    figures = json.loads(Path(files[0]).read_text("utf-8"))["2000"]
    for kind in ("hybrid", "dense", "keywords", "embedded"):
        assert 0 < figures[f"{kind}_p50_ms"] <= figures[f"{kind}_p95_ms"]
    assert figures["recall"] >= 0.98
    assert figures["first_answer_seconds"] > 0
    assert 50 < figures["build_megabytes"] < 1500
    assert 100 < figures["search_megabytes"] < 1500
    assert figures["library_megabytes"] > 2000 * 0.001
    assert "recall@10 of exact search" in capsys.readouterr().out
    assert str(figures["hybrid_p95_ms"]) in Path(files[1]).read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "Give one of"),
        (["--search", "--ingest", "folder"], "Give one of"),
        (["--search", "--passages", "many"], "takes numbers"),
        (["--search", "--passages", "10"], "takes numbers"),
    ],
)
def test_wrong_use_is_refused(options: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["speed", *options])
    assert reason in capsys.readouterr().err
