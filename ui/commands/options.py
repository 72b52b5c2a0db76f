"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.settings import Settings, load_settings
from index.errors import InvalidRequest
from ui.characters import is_broken

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def settings_of(context: typer.Context, **overrides: object) -> Settings:
    """The settings, with what the command line says in front. Raises `InvalidSetting`."""
    given = {"data_dir": context.obj, **overrides}
    return load_settings(**{name: value for name, value in given.items() if value is not None})


def readable(text: str) -> str:
    """Return the text. Raises `InvalidRequest` if the shell passed bytes that are not UTF-8."""
    if is_broken(text):
        raise InvalidRequest("The text is not valid UTF-8: check the terminal's encoding.")
    return text
