"""`python -m eval screenshots`: pictures of a running server, for the README and for looking at changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.screenshots import take_screenshots


def command(
    out: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Folder the pictures are saved in.")],
    url: Annotated[str, typer.Option(help="Address of a running server.")] = "http://127.0.0.1:8000",
) -> None:
    """Save pictures of every face, in English and in Arabic."""
    for path in take_screenshots(out, url):
        print(path)
