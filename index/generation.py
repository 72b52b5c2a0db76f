"""A generation: search engines over the library as it stood at one revision, never changed after it was built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from index.document import Audience
from index.entry import IndexEntry
from index.errors import LibraryUnusable
from index.keywords import KeywordIndex
from index.vector_store import Served, VectorReader, VectorStore, VectorWriter
from index.vectors import EmbeddedVectors

FORMAT = 3
"""Raised when terms, engines or the layout of the folder change, so that older generations are built anew."""
MANIFEST = "manifest.json"


class GenerationUnusable(LibraryUnusable):
    """The folder is not a whole generation of this format; the library itself is not touched by that."""

    code = "generation_unusable"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from; written last, so a folder without one is unfinished.

    `passages` are those in the folder, by audience; `served` are vectors that lie on a server instead.
    """

    format: int
    model: str
    revision: int
    passages: dict[str, int]
    served: Served | None = None

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises `GenerationUnusable`."""
        try:
            values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            served = values.pop("served", None)
            manifest = cls(**values, served=Served(**served) if served else None)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise GenerationUnusable(f"{folder.name}: {error}") from error
        if manifest.format != FORMAT:
            raise GenerationUnusable(f"{folder.name}: format {manifest.format}, not {FORMAT}")
        return manifest

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self)), encoding="utf-8")


class Generation:
    """The engines of one generation, one pair an audience: in folders of their own, or with the vectors on a server."""

    def __init__(self, folder: Path, server: VectorStore | None = None) -> None:
        """Raises `GenerationUnusable` where the manifest or a keyword index is not whole, or vectors lie elsewhere.

        A damaged vector index can end the whole process; see `index.probe`. A server is asked nothing yet.
        """
        self.folder = folder
        self.manifest = Manifest.read(folder)
        self.built_at = (folder / MANIFEST).stat().st_mtime
        served = self.manifest.served
        if (served is None) != (server is None):
            raise GenerationUnusable(f"{folder.name}: its vectors lie {'on a server' if served else 'in the folder'}")
        store, name = server or EmbeddedVectors(folder.parent), served.name if served else folder.name
        self._vectors: dict[Audience, VectorReader] = {each: store.reader(name, each) for each in Audience}
        try:
            self._keywords = {audience: KeywordIndex.open(_keywords(folder, audience)) for audience in Audience}
        except ValueError as error:
            raise GenerationUnusable(f"{folder.name}: {error}") from error

    def vectors(self, audience: Audience) -> VectorReader:
        return self._vectors[audience]

    def keywords(self, audience: Audience) -> KeywordIndex:
        return self._keywords[audience]

    def count(self) -> int:
        return sum(self.manifest.passages.values())

    def check(self) -> None:
        """Compare both engines' counts with the manifest, and search once.

        Raises `GenerationUnusable`, `VectorsUnavailable`.
        """
        self.check_words()
        held = self.manifest.served or self.manifest
        for audience in Audience:
            self._expect(audience, "vectors", self.vectors(audience).count(), held.passages)
            vector = self.vectors(audience).any_vector()
            if vector is not None and not self.vectors(audience).search(vector, 1):
                raise GenerationUnusable(f"{self.folder.name}: a vector of the {audience} passages finds nothing")

    def check_words(self) -> None:
        """Compare the keyword indexes' counts with the manifest. Raises `GenerationUnusable`."""
        for audience in Audience:
            self._expect(audience, "words", self.keywords(audience).count(), self.manifest.passages)

    def _expect(self, audience: Audience, kind: str, count: int, expected: Mapping[str, int]) -> None:
        if count != (wanted := expected[audience.value]):
            raise GenerationUnusable(f"{self.folder.name}: {kind} of {count} {audience} passages, not {wanted}")

    def close(self) -> None:
        for engine in self._vectors.values():
            engine.close()


def build(folder: Path, entries: Iterable[IndexEntry], model: str, revision: int) -> None:
    """Fill an empty folder with a generation of these entries; time and memory grow linearly."""
    store = EmbeddedVectors(folder.parent)
    passages = _fill(folder, entries, {audience: store.writer(folder.name, audience, 0) for audience in Audience})
    Manifest(FORMAT, model, revision, passages).write(folder)


@dataclass(frozen=True, slots=True)
class Target:
    """Where on a server the vectors go, and about how many there are of each audience."""

    server: VectorStore
    name: str
    passages: Mapping[Audience, int]

    def writers(self) -> dict[Audience, VectorWriter]:
        return {audience: self.server.writer(self.name, audience, self.passages[audience]) for audience in Audience}


def build_served(folder: Path, entries: Iterable[IndexEntry], model: str, revision: int, target: Target) -> None:
    """Put the vectors on a server and the words into the folder. Raises `VectorsUnavailable`."""
    passages = _fill(folder, entries, target.writers())
    Manifest(FORMAT, model, revision, passages, Served(target.name, revision, passages)).write(folder)


def build_words(folder: Path, entries: Iterable[IndexEntry], model: str, served: Served) -> None:
    """Fill the folder with the words alone, for vectors that another machine has put on the server."""
    Manifest(FORMAT, model, served.revision, _fill(folder, entries, {}), served).write(folder)


def _fill(folder: Path, entries: Iterable[IndexEntry], vectors: Mapping[Audience, VectorWriter]) -> dict[str, int]:
    """Returns the passages of each audience."""
    keywords = {audience: KeywordIndex.create(_keywords(folder, audience)) for audience in Audience}
    counts = dict.fromkeys(Audience, 0)
    with ExitStack() as stack:
        fill = {audience: stack.enter_context(engine.filling()) for audience, engine in keywords.items()}
        for entry in entries:
            if writer := vectors.get(entry.audience):
                writer.add([entry])
            fill[entry.audience](entry)
            counts[entry.audience] += 1
    for writer in vectors.values():
        writer.finish()
    return {audience.value: count for audience, count in counts.items()}


def _keywords(folder: Path, audience: Audience) -> Path:
    return folder / "keywords" / audience.value
