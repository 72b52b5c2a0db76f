"""What a process loads before it does anything: each child is started often, and somebody waits for a command."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("alembic", "chromadb", "fastapi", "gradio", "sentence_transformers", "sqlalchemy", "torch", "transformers")


def loaded(code: str) -> str:
    """Which of them a process has loaded that ran this code."""
    told = f"{code}\nimport sys\nsys.stderr.write(' '.join(name for name in {HEAVY} if name in sys.modules))"
    return subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize(
    ("program", "needed"),
    [
        ("ingest.reading_child", ""),
        ("ingest.picture_child", ""),
        ("index.probe", "chromadb"),
    ],
)
def test_a_process_loads_only_what_it_needs(program: str, needed: str) -> None:
    assert loaded(f"import {program}") == needed


def test_of_the_commands_only_the_one_that_is_called_is_loaded() -> None:
    code = "from contextlib import suppress; from ui.cli import main\nwith suppress(SystemExit): main(['{}', '--help'])"
    assert loaded(code.format("ready")) == ""
    assert "sqlalchemy" in loaded(code.format("keys"))
