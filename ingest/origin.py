"""Where a document comes from: what identifies it and what people are shown of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ingest.stated import NOTHING_STATED, Stated

PIPELINE_VERSION = "5"
"""Raised when reading, cleaning or splitting change their results: files read by an older version are read again."""


WITHIN = "#"
"""Stands in a source between an archive and what lies in it; in names it is written otherwise."""


@dataclass(frozen=True, slots=True)
class Origin:
    """`source` identifies the document and stays inside; `uri` is shown; `name` is the file's own name.

    `stated` is what sidecars say about it.
    """

    source: str
    uri: str
    name: str
    content_hash: str = ""
    stated: Stated = NOTHING_STATED


def content_hash(data: bytes, stated: Stated = NOTHING_STATED) -> str:
    """SHA-256, in hexadecimal, of the bytes, the version of the pipeline that reads them, and what sidecars say."""
    digest = hashlib.sha256(data)
    digest.update(f"\x00missiondesk-ingest-{PIPELINE_VERSION}{stated.key()}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def storable(source: str) -> str:
    """A source that can be stored: what is no Unicode in a path becomes visible."""
    return source.encode("utf-8", "backslashreplace").decode()


def printable(name: str) -> str:
    """A file's name without control, direction and undecodable characters, so that it can be stored and shown."""
    cleaned = "".join(character if character.isprintable() else "_" for character in name)
    return cleaned or "unnamed"
