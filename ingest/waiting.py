"""Pages that wait for others of their site, so that the first ones of a site are compared with more than themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ingest.block import Reading
from ingest.shared_frame import SharedFrames

_ENOUGH = 16  # pages of a site that tell its frame
_T = TypeVar("_T")


class Waiting(Generic[_T]):
    """Takes what was read, batch by batch, and gives it back without frames: at once, or with the next batch.

    Only the site that a batch ends with can have more pages to come. `source_of` says where an item comes from.
    """

    def __init__(self, frames: SharedFrames, source_of: Callable[[_T], str]) -> None:
        self._frames = frames
        self._source_of = source_of
        self._held: list[tuple[_T, Reading]] = []

    def strip(self, pages: Sequence[tuple[_T, Reading]]) -> list[tuple[_T, Reading]]:
        """The pages of this batch and those held back before, but for those that wait now."""
        self._frames.learn([self._source_of(item) for item, _ in pages], [reading for _, reading in pages])
        known, self._held = [*self._held, *pages], []
        if known:
            last = self._source_of(known[-1][0])
            if self._frames.pages_beside(last) < _ENOUGH:
                self._held = [page for page in known if self._frames.is_beside(self._source_of(page[0]), last)]
        held = set(map(id, self._held))
        return self._without([page for page in known if id(page) not in held])

    def rest(self) -> list[tuple[_T, Reading]]:
        """The pages that still wait, when no others come."""
        held, self._held = self._held, []
        return self._without(held)

    def _without(self, pages: Sequence[tuple[_T, Reading]]) -> list[tuple[_T, Reading]]:
        return [(item, self._frames.without(self._source_of(item), reading)) for item, reading in pages]
