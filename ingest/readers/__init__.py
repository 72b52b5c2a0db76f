"""One reader per format, loaded when the first file of that format comes."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Protocol, cast

from ingest.block import Reading
from ingest.kind import detect_kind
from ingest.options import ReadOptions
from ingest.stamps import with_stamps


class Reader(Protocol):
    """A module of this package. `read` raises ItemRejected with a code and a sentence."""

    def read(self, data: bytes, name: str, options: ReadOptions) -> Reading: ...


def read(data: bytes, name: str, options: ReadOptions = ReadOptions()) -> Reading:
    """The blocks and metadata of one file; `name` only helps where the content does not tell what it is."""
    kind = detect_kind(data, name)
    return replace(with_stamps(_reader(kind).read(data, name, options)), type=kind)


def _reader(kind: str) -> Reader:
    return cast(Reader, import_module(f"ingest.readers.{kind}"))
