"""Where a document comes from: what identifies it and what people are shown of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

PIPELINE_VERSION = "2"
"""Raised when reading, cleaning or splitting change their results: files read by an older version are read again."""


@dataclass(frozen=True, slots=True)
class Origin:
    """`source` identifies the document and stays inside; `uri` is shown; `name` is the file's own name."""

    source: str
    uri: str
    name: str
    content_hash: str = ""


def content_hash(data: bytes) -> str:
    """SHA-256, in hexadecimal, of the bytes and the version of the pipeline that reads them."""
    digest = hashlib.sha256(data)
    digest.update(f"\x00missiondesk-ingest-{PIPELINE_VERSION}".encode())
    return digest.hexdigest()


def printable(name: str) -> str:
    """A file's name without control, direction and undecodable characters, so that it can be stored and shown."""
    cleaned = "".join(character if character.isprintable() else "_" for character in name)
    return cleaned or "unnamed"
