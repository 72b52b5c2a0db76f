"""A data folder to measure in: a given one, whose library is used again, or one that is thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings, load_settings

DataDir = Annotated[
    Path | None, typer.Option(help="Keep the library here and use it again (default: a temporary folder).")
]


@contextmanager
def workspace(data_dir: Path | None = None) -> Iterator[Settings]:
    """The usual settings, with a data folder of their own."""
    if data_dir:
        yield load_settings(data_dir=data_dir)
        return
    with tempfile.TemporaryDirectory(prefix="missiondesk-eval-") as folder:
        yield load_settings(data_dir=Path(folder))


def bytes_of(folder: Path) -> int:
    """Of all files in the folder and below it."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
