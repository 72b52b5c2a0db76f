"""The costly half of ingesting: bytes to drafts. Loaded by the pipeline when the first changed file is met."""

from __future__ import annotations

from collections.abc import Sequence

from index.document import Audience, DocumentDraft
from index.errors import ItemRejected
from ingest.block import Reading
from ingest.draft import draft
from ingest.options import ReadOptions
from ingest.origin import Origin
from ingest.readers import read
from ingest.shared_frame import SharedFrames


def read_file(data: bytes, origin: Origin, options: ReadOptions = ReadOptions()) -> Reading:
    """The blocks of one file. Raises ItemRejected with the code that says why it cannot be read."""
    return read(data, origin.name, options)


def prepare(
    origins: Sequence[Origin],
    readings: Sequence[Reading],
    *,
    audience: Audience,
    collection: str,
    frames: SharedFrames | None = None,
) -> list[DocumentDraft | ItemRejected]:
    """A draft for each reading, or why there is none, after taking off the frame they share.

    With `frames` they are compared with the pages of earlier calls too.
    """
    drafts: list[DocumentDraft | ItemRejected] = []
    stripped = (frames or SharedFrames()).strip([origin.source for origin in origins], readings)
    for origin, reading in zip(origins, stripped, strict=True):
        try:
            drafts.append(draft(reading, origin, audience=audience, collection=collection))
        except ItemRejected as error:
            drafts.append(error)
    return drafts
