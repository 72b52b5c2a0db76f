"""The engines that searches use now, exchanged for those of a newer generation while searches go on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.delta import Delta
from index.errors import LibraryUnusable
from index.generation import Generation
from index.generations import Generations

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Engines:
    """A generation and what is newer than it. `users` are searches under way; a retired one closes with the last."""

    name: str | None
    generation: Generation | None
    delta: Delta
    users: int = 0
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Seconds since the generation in use was built, None where there is none, and the passages in both parts."""

    generation_age: float | None
    generation: int
    delta: int


class CurrentEngines:
    """Opens generations and lends their engines out.

    Engines stay right when a newer generation appears, because their delta goes on growing. So searches keep using
    them while the newer ones are opened, which takes seconds in a large library.
    """

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._engines: Engines | None = None
        self._renewal: threading.Thread | None = None

    @contextmanager
    def newest(self) -> Iterator[Engines]:
        """Lends the newest engines that are open. Nobody closes them before the block ends."""
        name = self._generations.current_name()
        held = self._engines
        # Without a name there is nothing to open, and the old vectors may be another model's: see `reindex`.
        if held is None or (name is None and held.name is not None):
            self.renew()
        elif name != held.name:
            self._renew_beside()
        with self._lock:
            engines = self._engines
            if engines is None:
                raise LibraryUnusable("The library was closed during a search.")
            engines.users += 1
        try:
            yield engines
        finally:
            with self._lock:
                engines.users -= 1
                _close_unused(engines)

    def standing(self) -> Standing:
        """Of the engines that are open; all zero before the first search."""
        with self._lock:
            engines = self._engines
        if engines is None:
            return Standing(None, 0, 0)
        generation = engines.generation
        if generation is None:
            return Standing(None, 0, engines.delta.count())
        return Standing(time.time() - generation.built_at, generation.count(), engines.delta.count())

    def renew(self) -> None:
        """Open the current generation unless it is held already, and let go of the earlier one."""
        with self._opening:
            name = self._generations.current_name()
            if self._engines is not None and self._engines.name == name:
                return
            generation = self._generations.open_current()
            revision = generation.manifest.revision if generation else 0
            self._exchange(Engines(generation.folder.name if generation else name, generation, Delta(revision)))

    def close(self) -> None:
        """No search may be under way."""
        if self._renewal is not None:
            self._renewal.join()
        self._exchange(None)

    def _exchange(self, engines: Engines | None) -> None:
        with self._lock:
            earlier, self._engines = self._engines, engines
            if earlier is not None:
                earlier.retired = True
                _close_unused(earlier)

    def _renew_beside(self) -> None:
        with self._lock:
            if self._renewal is None or not self._renewal.is_alive():
                self._renewal = threading.Thread(target=self._try_renewal, name="opening a generation", daemon=True)
                self._renewal.start()

    def _try_renewal(self) -> None:
        try:
            self.renew()
        except (LibraryUnusable, OSError) as error:  # the next search tries again
            _log.warning("the newest generation cannot be opened for now: %s", error)


def _close_unused(engines: Engines) -> None:
    if engines.retired and not engines.users and engines.generation:
        engines.generation.close()
