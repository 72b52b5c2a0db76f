"""`python -m eval screenshots`: pictures of a running server, for the README and for looking at changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.screenshots import FACES, take_screenshots


def command(
    out: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Folder the pictures are saved in.")],
    url: Annotated[str, typer.Option(help="Address of a running server.")] = "http://127.0.0.1:8000",
    face: Annotated[
        list[str] | None, typer.Option(help=f"Only these: {', '.join(each.name for each in FACES)}.")
    ] = None,
) -> None:
    """Save pictures of every face, in English and in Arabic, light and dark, on a desktop and on a phone."""
    for path in take_screenshots(out, url, tuple(each for each in FACES if not face or each.name in face)):
        print(path)
