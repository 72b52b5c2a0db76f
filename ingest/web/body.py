"""The body of an answer: unpacked and counted while it is read, and brought to UTF-8."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable

from index.errors import ItemRejected

ACCEPTED_ENCODING = "gzip"
"""Its unpacking can be stopped at any byte."""

_GZIP = zlib.MAX_WBITS | 16
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"<meta[^>]+charset=", re.I)
_HEAD = 2048  # bytes in which a page declares its encoding; browsers look at 1,024
_WRONGLY_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
"""Names under which Windows-1252 is sent; browsers read it so, and the WHATWG's standard says they must."""


def read_body(chunks: Iterable[bytes], encoding: str, largest: int) -> bytes:
    """All of the body, unpacked. Raises ItemRejected `too_large` before more than `largest` bytes are held.

    Also `unreachable` for a packed body that is damaged or breaks off, and `unsupported` for another encoding.
    """
    unpacker = _unpacker(encoding)
    data = bytearray()
    read = 0
    for chunk in chunks:
        read += len(chunk)
        try:
            # One byte more than may be: to see that there is more.
            data += chunk if unpacker is None else unpacker.decompress(chunk, largest + 1 - len(data))
        except zlib.error as error:
            raise ItemRejected("The answer is damaged: it cannot be unpacked.", code="unreachable") from error
        if max(read, len(data)) > largest:
            raise too_large(largest)
    if unpacker is not None and read and not unpacker.eof:
        raise ItemRejected("The answer broke off.", code="unreachable")
    return bytes(data)


def unpack(data: bytes, largest: int) -> bytes:
    """The content of a gzip file. Raises ItemRejected as `read_body` does."""
    return read_body([data], "gzip", largest)


def too_large(largest: int) -> ItemRejected:
    return ItemRejected(f"The page is larger than {largest / 1024**2:g} MB.", code="too_large")


def as_utf8(data: bytes, charset: str | None) -> bytes:
    """A text in UTF-8 where only the server said how it is encoded; otherwise as it came.

    What is UTF-8 already, or says by itself what it is, needs no help; what the server says wrongly is left to those
    who guess from the content.
    """
    if charset is None or data.startswith(_MARKS) or _DECLARED.search(data[:_HEAD]):
        return data
    try:
        data.decode("utf-8")
        return data
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252" if charset.lower() in _WRONGLY_LATIN else charset).encode("utf-8")
    except (LookupError, UnicodeError):
        return data


def _unpacker(encoding: str) -> zlib._Decompress | None:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(_GZIP)
        case "deflate":
            return zlib.decompressobj(_ZLIB_OR_GZIP)
    raise ItemRejected("The server packs the page in a way that it was not asked for.", code="unsupported")
