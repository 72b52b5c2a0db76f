"""What a process loads before it does anything: each child is started often, and somebody waits for a command."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("alembic", "chromadb", "fastapi", "gradio", "sqlalchemy", "torch", "transformers")

LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("program", "needed"), [("ingest.reading_child", ""), ("ingest.picture_child", ""), ("index.probe", "chromadb")]
)
def test_a_child_loads_only_what_it_needs(program: str, needed: str) -> None:
    child = subprocess.run([sys.executable, "-c", LOADED, program, *HEAVY], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == needed
