"""A backup taken on the command line while another process reads documents, and the library that comes of it."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from assistant.wiring import open_generations, open_library
from index.embedding import Embedder
from index.index import Index
from index.scope import EVERYTHING
from index.sqlite import FILE_NAME
from tests.ui.conftest import INTERNAL, PUBLIC, write
from tests.ui.test_cli import Run, run

__all__ = ["run"]

FERRY = "# Ferry of Portovento {n}\n\nFerry number {n} of Portovento leaves from pier {pier} at {hour} o'clock.\n\n"
FILES = 150
QUESTIONS = [
    "When is the permit office in Vellmar open?",
    "How much is a residence permit for adults?",
    "Do children pay for the residence permit?",
    "Entro quando va presentata la domanda di ricongiungimento a Vellmar?",
    "Quando riceve le famiglie lo sportello di Vellmar?",
    "متى تفتح عيادة الأسنان في فلمار؟",
    "Where does the key of the medicine cupboard hang?",
    "Who may open the Vellmar cupboard?",
    "From which pier does ferry number 3 of Portovento leave?",
    "When does ferry number 17 of Portovento leave?",
    "From which pier does ferry number 41 of Portovento leave?",
    "Who is the mayor of Portovento?",
]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    write(folder, PUBLIC | INTERNAL)
    ferries = range(1, FILES + 1)
    write(folder, {f"ferry{n}.md": FERRY.format(n=n, pier=n % 7 + 1, hour=n % 12 + 6) * 6 for n in ferries})
    return folder


def stored(settings: Settings) -> set[tuple[str, int]]:
    with closing(open_library(settings)) as library:
        return {(document.title, document.passages) for document in library.documents(EVERYTHING)}


def answers(settings: Settings, embedder: Embedder, reader: Reader) -> list[tuple[str, list[str]]]:
    with closing(Index(open_library(settings), embedder, open_generations(settings, embedder.name))) as index:
        own = Assistant(index, reader, settings)
        given = [own.answer(question, scope=EVERYTHING) for question in QUESTIONS]
    return [(answer.text, [citation.quote for citation in answer.citations]) for answer in given]


def test_a_backup_during_an_ingest(
    run: Run, documents: Path, tmp_path: Path, embedder: Embedder, reader: Reader
) -> None:
    old, new = (load_settings(data_dir=tmp_path / name) for name in ("data", "fresh"))
    command = [sys.executable, "-c", "from ui.cli import main; main()", "ingest", str(documents)]
    with subprocess.Popen([*command, "--data-dir", str(old.data_dir)], stdout=subprocess.DEVNULL) as ingest:
        until = time.monotonic() + 300
        while not (old.data_dir / FILE_NAME).exists() or not stored(old):
            assert ingest.poll() is None, "it was too fast for this test"
            assert time.monotonic() < until
            time.sleep(0.05)
        file = tmp_path / "b.zip"
        assert run("backup", str(file)).code == 0
        assert ingest.poll() is None, "it was too fast for this test"
    assert ingest.returncode == 0

    assert run("restore", str(file), "--data-dir", str(new.data_dir)).code == 0
    assert run("verify", "--data-dir", str(new.data_dir)).code == 0
    restored = stored(new)
    assert restored < stored(old), "whole documents, and not all of them"
    # What the backup came too early for is read again, and only that.
    assert f"{len(restored)} unchanged" in run("ingest", str(documents), "--data-dir", str(new.data_dir)).out
    given = answers(old, embedder, reader)
    assert answers(new, embedder, reader) == given
    assert sum(bool(quotes) for _, quotes in given) >= 6


def test_what_is_said_of_backups(run: Run, tmp_path: Path) -> None:
    assert "0 documents" in run("backup", str(tmp_path / "b.zip")).out
    assert run("backup", str(tmp_path / "b.zip")).code == 2
    assert run("restore", str(tmp_path / "none.zip")).code == 1
    refused = run("restore", str(tmp_path / "b.zip"))
    assert (refused.code, "--replace" in refused.err) == (2, True)
    replaced = run("restore", str(tmp_path / "b.zip"), "--replace")
    assert (replaced.code, "is kept in" in replaced.out) == (0, True)
    (tmp_path / "c.zip").write_text("no archive")
    assert run("restore", str(tmp_path / "c.zip"), "--replace").code == 2
    entries = run("audit", "--action", "library", "--json").json()["entries"]
    assert isinstance(entries, list)
    # The entry of the backup itself comes after it, so it is not in the library that was restored.
    assert [entry["action"] for entry in entries] == ["library.restored"]
