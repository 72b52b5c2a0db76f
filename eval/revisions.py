"""A copy of a folder whose text files change, so that there is always something new to ingest."""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import InvalidRequest

_EDITABLE = {".txt", ".md"}


@dataclass(frozen=True, slots=True)
class Revisions:
    """`texts` are the original texts of the files in `folder` that are edited."""

    folder: Path
    texts: Mapping[Path, str]
    chance: random.Random

    @classmethod
    def of(cls, original: Path, copy: Path, chance: random.Random) -> Revisions:
        """Copy a folder. Raises `InvalidRequest` if it holds nothing that can be edited."""
        if not original.is_dir():
            raise InvalidRequest(f"{original} is no folder.")
        shutil.copytree(original, copy)
        files = sorted(file for file in copy.rglob("*") if file.suffix in _EDITABLE)
        if not files:
            raise InvalidRequest(f"{original} holds no text or Markdown file that could be edited.")
        return cls(copy, {file: file.read_text(encoding="utf-8") for file in files}, chance)

    def advance(self) -> None:
        """Write a new revision of every text, with words at its end that no earlier one had."""
        for file, text in self.texts.items():
            readers, week = self.chance.randrange(10**6), self.chance.randrange(1, 53)
            file.write_text(f"{text}\n\nIn week {week} this text was read by {readers} people.\n", encoding="utf-8")

    def count(self) -> int:
        """How many documents the folder can become, at most."""
        return sum(file.is_file() for file in self.folder.rglob("*"))
