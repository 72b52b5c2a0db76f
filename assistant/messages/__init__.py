"""Texts of the interface, from one catalogue a language (`<language>.toml` in this folder)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FALLBACK = "en"
_FOLDER = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def message(key: str, language: str, **values: object) -> str:
    """The text of `key` in `language`, or in English where that language has no catalogue.

    `values` fill the text's `{placeholders}`. Raises KeyError for a key that no catalogue has: a programmer's mistake.
    """
    catalogue = _catalogue(language if language in languages() else FALLBACK)
    text = catalogue[key]
    return text.format(**values) if values else text


def keys() -> frozenset[str]:
    """All keys of the English catalogue, which every other one must have."""
    return frozenset(_catalogue(FALLBACK))


@cache
def _catalogue(language: str) -> dict[str, str]:
    with (_FOLDER / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)
