"""A generation: search engines over the library as it stood at one revision, never changed after it was built."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from index.document import Audience
from index.errors import LibraryUnusable
from index.keywords import KeywordIndex
from index.passages import IndexEntry
from index.vectors import VectorIndex

FORMAT = 3
"""Raised when terms, engines or the layout of the folder change, so that older generations are built anew."""
MANIFEST = "manifest.json"


class GenerationUnusable(LibraryUnusable):
    """The folder is not a whole generation of this format; the library itself is not touched by that."""

    code = "generation_unusable"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from; written last, so a folder without one is unfinished."""

    format: int
    model: str
    revision: int
    passages: dict[str, int]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises `GenerationUnusable`."""
        try:
            manifest = cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise GenerationUnusable(f"{folder.name}: {error}") from error
        if manifest.format != FORMAT:
            raise GenerationUnusable(f"{folder.name}: format {manifest.format}, not {FORMAT}")
        return manifest


class Generation:
    """The engines of one generation, one pair an audience, in folders of their own."""

    def __init__(self, folder: Path) -> None:
        """Raises `GenerationUnusable` where the manifest or a keyword index is not whole.

        A damaged vector index can end the whole process; see `index.probe`.
        """
        self.folder = folder
        self.manifest = Manifest.read(folder)
        self.built_at = (folder / MANIFEST).stat().st_mtime
        self._vectors = {audience: VectorIndex(_vectors(folder, audience)) for audience in Audience}
        try:
            self._keywords = {audience: KeywordIndex.open(_keywords(folder, audience)) for audience in Audience}
        except ValueError as error:
            raise GenerationUnusable(f"{folder.name}: {error}") from error

    def vectors(self, audience: Audience) -> VectorIndex:
        return self._vectors[audience]

    def keywords(self, audience: Audience) -> KeywordIndex:
        return self._keywords[audience]

    def count(self) -> int:
        return sum(self.manifest.passages.values())

    def check(self) -> None:
        """Compare both engines' counts with the manifest, and search once. Raises `GenerationUnusable`."""
        for audience in Audience:
            expected = self.manifest.passages[audience.value]
            counts = (self.vectors(audience).count(), self.keywords(audience).count())
            if counts != (expected, expected):
                raise GenerationUnusable(f"{self.folder.name}: {counts} {audience} passages, not {expected}")
            vector = self.vectors(audience).any_vector()
            if vector is not None and not self.vectors(audience).search(vector, 1):
                raise GenerationUnusable(f"{self.folder.name}: a vector of the {audience} passages finds nothing")

    def close(self) -> None:
        for engine in self._vectors.values():
            engine.close()


def build(folder: Path, entries: Iterable[IndexEntry], model: str, revision: int) -> None:
    """Fill an empty folder with a generation of these entries; time and memory grow linearly."""
    vectors = {audience: VectorIndex(_vectors(folder, audience)) for audience in Audience}
    keywords = {audience: KeywordIndex.create(_keywords(folder, audience)) for audience in Audience}
    counts = dict.fromkeys(Audience, 0)
    with ExitStack() as stack:
        fill = {audience: stack.enter_context(engine.filling()) for audience, engine in keywords.items()}
        for entry in entries:
            vectors[entry.audience].add([entry])
            fill[entry.audience](entry)
            counts[entry.audience] += 1
    for engine in vectors.values():
        engine.finish()
    manifest = Manifest(FORMAT, model, revision, {audience.value: count for audience, count in counts.items()})
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest)), encoding="utf-8")


def _vectors(folder: Path, audience: Audience) -> Path:
    return folder / "vectors" / audience.value


def _keywords(folder: Path, audience: Audience) -> Path:
    return folder / "keywords" / audience.value
