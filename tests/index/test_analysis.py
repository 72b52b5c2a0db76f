from __future__ import annotations

import numpy as np
import pytest

from index.analysis import analyse, fold
from index.document import Audience
from index.entry import IndexEntry
from index.keywords import KeywordIndex


def index_of(*texts: tuple[str, str]) -> KeywordIndex:
    index = KeywordIndex.in_memory()
    vector = np.zeros(1, dtype=np.float32)
    index.add(IndexEntry(n, Audience.PUBLIC, language, text, vector) for n, (language, text) in enumerate(texts))
    return index


@pytest.mark.parametrize(
    ("language", "asked", "written"),
    [
        ("it", "comune", "i comuni"),
        ("ro", "judetele", "județe"),
        ("ro", "șomaj", "şomajului"),
        ("fr", "réfugié", "réfugiés"),
        ("es", "migrante", "migrantes"),
        ("ar", "بلدية", "البلديات"),
        ("uk", "муніципалітет", "муніципалітетами"),
        ("so", "qaxooti", "qaxootiga"),
    ],
)
def test_inflected_forms_meet(language: str, asked: str, written: str) -> None:
    index = index_of((language, written), (language, "0"))
    assert [number for number, _ in index.search(asked, language, 5)] == [0]


@pytest.mark.parametrize("code", ["FAMI/15.03.02", "ADMin4ALL", "INTEGRARE+", "1.469.247,47"])
def test_codes_match_exactly_in_any_language(code: str) -> None:
    index = index_of(("ro", f"Contract {code} din 2016"), ("ro", "Contract FAMI/99.01.01, INTEGRAR, 1.469"))
    assert index.search(code, "so", 5)[0][0] == 0


def test_a_score_is_the_matched_share_of_the_query() -> None:
    index = index_of(("en", "The office opens at nine."), ("en", "Courses are free."))
    (best, score), *_ = index.search("when does the office open", "en", 5)
    assert best == 0
    assert 0 < score < 1
    assert index.search("Wann öffnet das Büro?", "de", 5) == []
    assert index.search("?!", "en", 5) == []


def test_folding_keeps_scripts_apart_and_drops_accents() -> None:
    assert fold("Bădragii") == "badragii"
    assert fold("أُنشئ") == fold("انشئ")
    assert fold("Київ") != fold("Киев")


def test_endless_words_are_cut() -> None:
    (word,) = analyse("x" * 10_000, "en")
    assert len(word.exact) < 100
