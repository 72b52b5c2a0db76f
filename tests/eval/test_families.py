"""Which pairs of languages are measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.families import NTREX, OMOS_QA, XQUAD, chosen_pairs
from index.errors import InvalidRequest


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("xquad/en", "xquad/ro", "ntrex/so", "ntrex/en", "unrelated/en"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "corpus.jsonl").touch()
    (tmp_path / "xquad" / "es").mkdir()
    return tmp_path


def test_all_that_are_there(data: Path) -> None:
    found = chosen_pairs(data, [], [])
    assert [pair.name for pair in found[XQUAD]] == ["en-en", "ro-en", "en-ro", "ro-ro"]
    assert [pair.name for pair in found[NTREX]] == ["so-en", "en-so"]
    assert OMOS_QA not in found


def test_those_that_are_named(data: Path) -> None:
    found = chosen_pairs(data, ["xquad"], ["ro-en"])
    assert {family: [pair.name for pair in pairs] for family, pairs in found.items()} == {XQUAD: ["ro-en"]}
    assert list(chosen_pairs(data, [], ["so-en"])) == [NTREX]


@pytest.mark.parametrize(
    ("families", "pairs", "message"),
    [
        (["squad"], [], "no family squad"),
        (["omos_qa"], [], "none of the families omos_qa"),
        ([], ["en-xx"], "no pair en-xx"),
        (["ntrex"], ["en-en"], "no pair en-en"),
    ],
)
def test_what_is_not_there_is_refused(data: Path, families: list[str], pairs: list[str], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        chosen_pairs(data, families, pairs)


def test_public_data_has_every_pair(shared_data: Path) -> None:
    assert {family.folder: len(pairs) for family, pairs in chosen_pairs(shared_data, [], []).items()} == {
        "xquad": 25, "omos_qa": 25, "ntrex": 12,
    }  # fmt: skip
