"""Files that were renamed or moved: the same content under a new path, and nothing left under the old one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ingest.gone import path_of
from ingest.origin import Origin

if TYPE_CHECKING:
    from index.library import Known, Library


class Moves:
    """The documents whose files are gone, by source, until a new file turns out to be one of them."""

    def __init__(self, gone: Mapping[str, Known], library: Library) -> None:
        self._gone = dict(gone)
        self._library = library

    def follow(self, origin: Origin) -> None:
        """Let a document that is gone belong to this new file if it holds just its content; it keeps its id.

        It is to be read again, since its new place may say something else about it. Its passages, as long as they are
        the same, need not be embedded again.
        """
        if path_of(origin.source) is None:
            return
        for source, known in self._gone.items():
            if known.content_hash == origin.content_hash:
                if self._library.move(source, origin.source, origin.uri):
                    del self._gone[source]
                return

    def left(self) -> Mapping[str, Known]:
        """Those of which no new file has the content."""
        return self._gone
