"""Packed token vectors against the exact ones, and what re-ranking by them does to a search."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from index.document import Audience
from index.hit import Mode
from index.index import Index
from index.late_interaction import late_scores, packed
from index.scope import PUBLIC_ONLY
from tests.index.conftest import MakeDraft


def tokens(seed: int, count: int, dimensions: int = 384) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)


def exact(query: np.ndarray, passage: np.ndarray) -> float:
    cosines = query @ (passage / np.linalg.norm(passage, axis=1, keepdims=True)).T
    return float(cosines.max(axis=1).sum() / np.linalg.norm(query, axis=1).sum())


def test_two_bits_a_dimension_keep_the_scores() -> None:
    passages = [tokens(seed, 20 + seed) for seed in range(30)]
    query = np.concatenate([passages[7][3:6] + tokens(99, 3), tokens(100, 5)])
    scores = late_scores(query, [packed(passage) for passage in passages])
    expected = [exact(query, passage) for passage in passages]
    assert int(np.argmax(scores)) == 7
    assert np.abs(scores - expected).max() < 0.06


def test_a_token_takes_96_bytes() -> None:
    assert len(packed(tokens(1, 10))) == 960


def test_a_longer_token_weighs_more() -> None:
    one, other = tokens(1, 1), tokens(2, 1)
    passages = [packed(one), packed(other)]
    assert np.diff(late_scores(np.concatenate([3 * one, other]), passages))[0] < 0
    assert np.diff(late_scores(np.concatenate([one, 3 * other]), passages))[0] > 0


def test_nothing_to_compare_scores_nothing() -> None:
    nothing = np.empty((0, 384), dtype=np.float32)
    assert packed(nothing) == b""
    assert late_scores(nothing, [packed(tokens(1, 4))]).tolist() == [0.0]
    assert late_scores(tokens(1, 4), [b"", packed(tokens(1, 4))])[0] == 0.0
    assert late_scores(tokens(1, 4), []).tolist() == []


class TestSearch:
    TEXTS = (
        "The office in Naples opens on Monday morning.",
        "Applications for family reunification need a certificate of housing.",
        "Il centro distribuisce pasti caldi alle famiglie ogni sera.",
        "Volunteers teach the language to newcomers twice a week.",
    )

    @pytest.fixture
    def filled(self, index: Index, make_draft: MakeDraft) -> Index:
        index.add([make_draft(f"file-{number}", text) for number, text in enumerate(self.TEXTS)])
        return index

    def test_tokens_are_stored_and_decide(self, filled: Index) -> None:
        query = "Where are warm meals given to families?"
        fused = filled.search(query, language="en", scope=PUBLIC_ONLY, mode=Mode.FUSED).hits
        hybrid = filled.search(query, language="en", scope=PUBLIC_ONLY).hits
        assert hybrid[0].passage.text == self.TEXTS[2]
        assert {hit.passage.id for hit in fused} == {hit.passage.id for hit in hybrid}
        assert [hit.score for hit in hybrid] == sorted((hit.score for hit in hybrid), reverse=True)
        assert [hit.dense for hit in fused if hit.passage.id == hybrid[0].passage.id] == [hybrid[0].dense]

    def test_those_behind_the_reranked_stay_behind(self, filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
        class Backwards:
            candidates = 2

            def scores(self, query: str, embedded: object, passages: list[object]) -> list[float]:
                assert len(passages) == 2
                return [-1.0, 5.0]

        query = "certificate of housing"
        fused = filled.search(query, language="en", scope=PUBLIC_ONLY, mode=Mode.FUSED).hits
        monkeypatch.setattr(filled, "_reranker", Backwards())
        again = filled.search(query, language="en", scope=PUBLIC_ONLY).hits
        first, second, *others = [hit.passage.id for hit in fused]
        assert [hit.passage.id for hit in again] == [second, first, *others]
        assert all(one.score >= other.score for one, other in pairwise(again))


class TestTranslations:
    @pytest.fixture
    def filled(self, index: Index, make_draft: MakeDraft) -> Index:
        def translated(source: str, text: str, language: str, group: str) -> None:
            draft = make_draft(source, text, Audience.PUBLIC, language)
            index.add([replace(draft, translation_names=(group,))])

        translated("guide.en", "Family reunification needs a certificate of housing.", "en", "guide")
        translated("guide.it", "Il ricongiungimento richiede il certificato di idoneità dell'alloggio.", "it", "guide")
        translated("guide.ro", "Reîntregirea familiei cere un certificat de locuință.", "ro", "guide")
        index.add([make_draft("alone", "Housing certificates are issued by the town.", Audience.PUBLIC, "en")])
        return index

    @pytest.mark.parametrize(
        ("query", "language"),
        [("certificate of housing", "en"), ("certificato di alloggio", "it"), ("certificat de locuință", "ro")],
    )
    def test_one_page_counts_once_in_the_askers_language(self, filled: Index, query: str, language: str) -> None:
        hits = filled.search(query, language=language, scope=PUBLIC_ONLY).hits
        assert sorted(hit.document.uri for hit in hits) == ["alone", f"guide.{language}"]

    def test_another_language_shows_the_best(self, filled: Index) -> None:
        hits = filled.search("certificado de vivienda", language="es", scope=PUBLIC_ONLY).hits
        assert sum(hit.document.uri.startswith("guide.") for hit in hits) == 1
