"""What the person who ingests can say about how files are to be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`passwords` are tried in turn on protected files."""

    passwords: tuple[str, ...] = ()
