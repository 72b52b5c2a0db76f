"""The folder of generations: builds the next one beside the current one, and swaps by renaming a pointer file."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import uuid
from pathlib import Path

from index.building import build
from index.generation import Generation, GenerationUnusable, Manifest
from index.library import Library
from index.lock import exclusive
from index.postgresql import claimed
from index.probe import probe

POINTER = "current"
LOCK = "building.lock"
KEPT = 2
"""Newest generations kept on disk: the current one, and the one that other processes may still be reading."""

_log = logging.getLogger(__name__)


class Generations:
    """All generations of one library and one embedding model."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model

    def current_name(self) -> str | None:
        """The pointer's content; cheap, so that every search can see another process's swap."""
        try:
            return (self._folder / POINTER).read_text(encoding="utf-8").strip() or None
        except OSError:
            return None

    def current_folder(self) -> Path | None:
        name = self.current_name()
        return self._folder / name if name else None

    def open_current(self) -> Generation | None:
        """The current generation after a probe, or None where there is none that can be used."""
        folder = self.current_folder()
        if folder is None:
            return None
        try:
            if Manifest.read(folder).model != self._model:
                return None
            probe(folder)
            return Generation(folder)
        except GenerationUnusable as error:
            _log.warning("generation unusable, searching the library itself until it is rebuilt: %s", error)
            return None

    def build(self, library: Library, stopped: threading.Event | None = None) -> bool:
        """Build a generation of the library as it is now, and make it current.

        Returns False without building where another process is building one, of this folder or of another machine's:
        each has generations of its own, and they read the library's vectors in turn. A build that is cut short leaves
        the current generation as it was. Raises `GenerationUnusable`, also when `stopped` is set before the end.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._folder / LOCK) as alone, claimed(library.engine, "building") as in_turn:
            if not (alone and in_turn):
                return False
            self._sweep()
            revision = library.revision()
            name = f"generation-{revision:09d}-{uuid.uuid4().hex[:8]}"
            staging = self._folder / f"building-{name}"
            staging.mkdir()
            build(library, staging, self._model, revision, stopped or threading.Event())
            probe(staging)
            staging.rename(self._folder / name)
            self._point_at(name)
            self._sweep()
        return True

    def drop(self) -> None:
        """Forget all generations; searches go to the library itself until the next build."""
        (self._folder / POINTER).unlink(missing_ok=True)

    def _point_at(self, name: str) -> None:
        staging = self._folder / f"{POINTER}.new"
        with staging.open("w", encoding="utf-8") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        staging.replace(self._folder / POINTER)

    def _sweep(self) -> None:
        """Remove unfinished builds and generations that nobody reads any more."""
        current = self.current_name()
        finished = sorted(self._folder.glob("generation-*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
        kept = [folder for folder in finished if folder.name == current]
        kept += [folder for folder in finished if folder.name != current][: KEPT - len(kept)]
        for folder in [*self._folder.glob("building-*"), *finished]:
            if folder.is_dir() and folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)
