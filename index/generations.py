"""The folder of generations: builds the next one beside the current one, and swaps by renaming a pointer file."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import uuid
from pathlib import Path

from index.building import Plan, build
from index.generation import Generation, GenerationUnusable, Manifest
from index.library import Library
from index.lock import exclusive
from index.postgresql import claimed
from index.probe import check
from index.served import ServedVectors
from index.vector_server import open_vector_server
from index.vector_store import VectorServer

POINTER = "current"
LOCK = "building.lock"
KEPT = 2
"""Newest generations kept on disk: the current one, and the one that other processes may still be reading."""

_log = logging.getLogger(__name__)


class Generations:
    """All generations of one library and one embedding model."""

    def __init__(self, folder: Path, model: str, vectors_url: str = "") -> None:
        """With a `vectors_url` vectors lie on that server, for all machines. Raises `InvalidSetting`."""
        self._folder = folder
        self._model = model
        self._vectors_url = vectors_url
        self.server: VectorServer | None = open_vector_server(vectors_url) if vectors_url else None

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
        """The current generation after a probe, or None where there is none that can be used.

        A server is not waited for: whether it has the vectors shows at the first search.
        """
        folder = self.current_folder()
        if folder is None:
            return None
        try:
            if Manifest.read(folder).model != self._model:
                return None
            if self.server is None:
                check(folder)
            return Generation(folder, self.server)
        except GenerationUnusable as error:
            _log.warning("generation unusable, searching the library itself until it is rebuilt: %s", error)
            return None

    def build(self, library: Library, stopped: threading.Event | None = None) -> bool:
        """Build a generation of the library as it is now, and make it current.

        Returns False without building where another process is building one, of this folder or of another machine's:
        each has generations of its own, and they read the library's vectors in turn. A build that is cut short leaves
        the current generation as it was. Raises `GenerationUnusable`, also when `stopped` is set before the end, and
        `VectorsUnavailable`.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._folder / LOCK) as alone, claimed(library.engine, "building") as in_turn:
            if not (alone and in_turn):
                return False
            revision = library.revision()
            name = f"generation-{revision:09d}-{uuid.uuid4().hex[:8]}"
            plan = Plan(str(self._folder / f"building-{name}"), self._model, revision, self._vectors_url, name)
            if self.server is None:
                self._publish(self._made(library, plan, stopped))
                return True
            served = ServedVectors(library.engine, self.server.address)
            self._remove_unwanted(served, self.server)
            served.begin(name, self._model, revision)
            staging = self._made(library, plan, stopped)
            # Others may search these vectors from now on, even if this process ends here.
            served.finish(name, Manifest.read(staging).passages)
            self._publish(staging)
            self._remove_unwanted(served, self.server)
        return True

    def follow(self, library: Library, stopped: threading.Event | None = None) -> bool:
        """Take over the newest vectors on the server, which another machine may have put there, or none if they are
        gone from it; returns whether anything has changed. Raises like `build`.
        """
        if self.server is None:
            return False
        served = ServedVectors(library.engine, self.server.address)
        newest = served.newest(self._model)
        if newest is not None and not self.server.holds(newest.name):
            _log.warning("%s is gone from the vector server: its vectors will be put there again", newest.name)
            served.forget(newest.name)
            newest = None
        if newest is None:
            changed = self.current_name() is not None
            self.drop()
            return changed
        if newest.name == self.current_name():
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self._folder / LOCK) as alone:
            if alone:
                staging = self._folder / f"building-{newest.name}"
                plan = Plan(str(staging), self._model, newest.revision, served=newest)
                self._publish(self._made(library, plan, stopped))
        return alone

    def drop(self) -> None:
        """Forget all generations; searches go to the library itself until the next build."""
        (self._folder / POINTER).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the server's connections."""
        if self.server is not None:
            self.server.close()

    def _made(self, library: Library, plan: Plan, stopped: threading.Event | None) -> Path:
        """A folder with the generation, checked; to be asked for under the lock."""
        self._sweep()
        staging = Path(plan.folder)
        staging.mkdir()
        build(library, plan, stopped or threading.Event())
        check(staging, self.server)
        return staging

    def _publish(self, staging: Path) -> None:
        target = self._folder / staging.name.removeprefix("building-")
        if target.is_dir():  # the words of served vectors, in a folder that could not be opened
            shutil.rmtree(target)
        staging.rename(target)
        self._point_at(target.name)
        self._sweep()

    def _remove_unwanted(self, served: ServedVectors, server: VectorServer) -> None:
        for name in served.unwanted():
            server.remove(name)
            served.forget(name)

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
