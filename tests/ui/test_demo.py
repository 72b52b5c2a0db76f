"""`missiondesk demo`: the packaged samples, four questions, and what is served after them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from assistant.settings import Settings
from tests.ui.test_cli import Run, run
from ui.commands.demo import FOLDERS, QUESTIONS, SAMPLES

__all__ = ["run"]

ANSWERS = (
    "there is a reflection period of 15 days. [1]",
    "386 persone con quattro voli da Amman a Roma. [1]",
    "Cursul durează 10 săptămâni, cu patru ore pe săptămână. [1]",
    "يحق لكل ناجٍ أن يقيم في دار الإيواء ثلاثة أشهر مع وجبات كاملة ورعاية طبية ونفسية. [1]",
)


def test_it_answers_in_a_folder_of_its_own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    outcome = run("demo", "--no-serve")
    assert outcome.code == 0, outcome.err
    told = outcome.out.split("\n> ")
    assert told[0].split("\n")[:2] == [
        "18 added, 0 updated, 0 unchanged, 0 failed",
        "2 added, 0 updated, 0 unchanged, 0 failed",
    ]
    for part, question, answer in zip(told[1:], QUESTIONS, ANSWERS, strict=True):
        assert part.startswith(question)
        assert answer in part
        assert "\n[1] " in part, "the source stands below"
    assert list(temporary.iterdir()) == [], "nothing is left of it"
    assert not (tmp_path / "data").exists(), "one's own library is not touched"


def test_it_serves_what_it_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Settings] = []
    monkeypatch.setattr("ui.server.serve", served.append)
    folder = tmp_path / "shown"
    assert run("demo", "--data-dir", str(folder), "--port", "8123").code == 0
    assert [(settings.data_dir, settings.port) for settings in served] == [(folder, 8123)]
    again = run("demo", "--no-serve", "--data-dir", str(folder))
    assert again.out.startswith("0 added, 0 updated, 18 unchanged, 0 failed\n0 added, 0 updated, 2 unchanged, 0 failed")
    assert len(served) == 1
    documents = run("documents", "--json", "--data-dir", str(folder)).json()["documents"]
    assert isinstance(documents, list)
    assert sorted(document["audience"] for document in documents) == ["internal"] * 2 + ["public"] * 18


def test_the_samples_are_those_beside_the_packages() -> None:
    for name in FOLDERS.values():
        beside = SAMPLES.parents[1] / "samples" / name
        assert {path.name: path.read_bytes() for path in (SAMPLES / name).iterdir()} == {
            path.name: path.read_bytes() for path in beside.iterdir()
        }
