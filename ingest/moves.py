"""Files that were renamed or moved: the same content under a new path, and nothing left under the old one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.errors import ItemRejected
from index.library import Known, Library
from ingest.gone import path_of
from ingest.item import Item
from ingest.origin import content_hash


def follow_moves(items: Sequence[Item], gone: Mapping[str, Known], library: Library) -> dict[str, str]:
    """Let each document that is gone belong to the new file that holds its content; returns old sources by new one.

    The document keeps its id, its title and its passages. Files are read for their hash, and only while one is wanted.
    """
    wanted: dict[str, list[str]] = {}
    for source, known in gone.items():
        wanted.setdefault(known.content_hash, []).append(source)
    held = library.known([item.origin.source for item in items]) if wanted else {}
    moved: dict[str, str] = {}
    for item in items:
        source = item.origin.source
        if not wanted:
            break
        if source in held or path_of(source) is None:
            continue
        matching = wanted.get(_hash_of(item), [])
        if matching and library.move(matching[0], source, item.origin.uri):
            moved[source] = matching.pop(0)
        wanted = {content: sources for content, sources in wanted.items() if sources}
    return moved


def _hash_of(item: Item) -> str:
    try:
        return content_hash(item.load())
    except ItemRejected:  # ingest will say why
        return ""
