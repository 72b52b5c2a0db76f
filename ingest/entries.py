"""Entries of zip files, unpacked with real counting: the sizes a zip file declares may lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from index.errors import ItemRejected

MOST_ENTRIES = 10_000
"""Entries of one zip file: ten times what the largest handbooks and the fullest archives we know of hold."""
_LONGEST_READ = 512 * MOST_ENTRIES
"""Bytes of a directory: `zipfile` reads it in one piece and makes an object of every 46 bytes, so that a file of 100 MB
that is all directory would take over 1 GB of memory."""
PIECE = 1024 * 1024
_LOCAL_HEADER = 30
_ENCRYPTED = 1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, NotImplementedError)
"""What `zipfile` is known to raise on files that break the format; `NotImplementedError`: one in several volumes."""


def open_file(source: bytes | Path) -> IO[bytes]:
    """The file to take entries from. Raises OSError when a path cannot be opened."""
    return _ShortReads(io.BytesIO(source) if isinstance(source, bytes) else io.FileIO(source))


def list_entries(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    """The entries of a zip file in the order of its directory. Raises those of DAMAGED and ItemRejected `too_large`."""
    with zipfile.ZipFile(file) as opened:
        entries = opened.infolist()
    if len(entries) > MOST_ENTRIES:
        raise _too_many()
    return entries


def unpack(file: IO[bytes], entry: zipfile.ZipInfo, *, piece: int = PIECE) -> Iterator[bytes]:
    """The entry's bytes in pieces of at most `piece`, never one more than its directory declares.

    Raises ItemRejected `encrypted`, `unsupported` (a rare method of compression) and, also when the sizes or the check
    sum are wrong, `corrupt`.
    """
    if entry.flag_bits & _ENCRYPTED:
        raise ItemRejected("The file is protected by a password.", code="encrypted")
    if entry.compress_type not in _METHODS:
        raise ItemRejected("The file is compressed in a way that is not supported; zip it again.", code="unsupported")
    counted = checked = 0
    try:
        for unpacked in _pieces(file, entry, piece):
            counted += len(unpacked)
            checked = zlib.crc32(unpacked, checked)
            if counted > entry.file_size:
                break
            yield unpacked
    except DAMAGED as error:
        raise ItemRejected("The file is damaged: it cannot be unpacked.", code="corrupt") from error
    if counted != entry.file_size or checked != entry.CRC:
        raise ItemRejected("The file is damaged: it is not as long as it says, or has changed.", code="corrupt")


def _pieces(file: IO[bytes], entry: zipfile.ZipInfo, size: int) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    if not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile("an entry does not begin where the directory says")
    file.seek(sum(struct.unpack("<HH", header[26:30])), io.SEEK_CUR)  # over the name and the extra fields
    left = entry.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left and (packed := file.read(min(size, left))):
        left -= len(packed)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed and not inflater.eof:
            yield inflater.decompress(packed, size)
            packed = inflater.unconsumed_tail


class _ShortReads(io.BufferedReader):
    """A file that does not let `zipfile` read an endless directory."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _LONGEST_READ:
            raise _too_many()
        return super().read(size)


def _too_many() -> ItemRejected:
    return ItemRejected(f"The file holds more than {MOST_ENTRIES:,} files.", code="too_large")
