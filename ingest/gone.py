"""Documents whose file is no longer in the folder or archive it was ingested from."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from ingest.origin import WITHIN

if TYPE_CHECKING:
    from index.library import Known, Library

_INSIDE = f"/{WITHIN}"


def gone_documents(paths: Sequence[str], found: Collection[str], library: Library) -> dict[str, Known]:
    """What the library holds from below those of `paths` that are folders or archives, and that is not there any more,
    by source.

    `found` are the sources of what is there. Of a folder in which nothing is found, nothing counts as gone: a share
    that is not mounted looks like an empty folder.
    """
    sources = set(found)
    archives = {source.partition(WITHIN)[0] + WITHIN for source in sources if WITHIN in source}
    gone: dict[str, Known] = {}
    for place in _places(paths, archives):
        if any(source.startswith(place) for source in sources):
            held = library.known_below(place)
            gone.update((source, known) for source, known in held.items() if _is_gone(source, sources, archives))
    return gone


def path_of(source: str) -> Path | None:
    """The file that a source names, of one in an archive the archive; None for a source that is no file's."""
    parts = urlsplit(source)
    return Path(os.fsdecode(unquote_to_bytes(parts.path))) if parts.scheme == "file" else None


def _places(paths: Sequence[str], archives: Collection[str]) -> Iterator[str]:
    """How the sources in each folder or archive begin."""
    for name in filter(None, paths):
        if os.path.isdir(name):
            yield Path(name).resolve().as_uri().removesuffix("/") + "/"
        elif archives and os.path.isfile(name):
            yield from {Path(name).resolve().as_uri() + WITHIN} & set(archives)


def _is_gone(source: str, found: Collection[str], archives: Collection[str]) -> bool:
    if source in found or any(source[:at] in found for at, character in enumerate(source) if character in _INSIDE):
        return False  # it is there, or what holds it is and could perhaps not be opened
    if source.partition(WITHIN)[0] + WITHIN in archives:
        return True  # its archive was opened, and does not hold it
    path = path_of(source)
    try:
        return path is not None and not os.path.lexists(path) and not _is_closed(path.parent)
    except ValueError:  # a name that no file can have
        return False


def _is_closed(folder: Path) -> bool:
    """Whether the folder is there and may not be entered, so that nobody can tell what it holds."""
    return folder.is_dir() and not os.access(folder, os.X_OK)
