"""Opening a PDF: its size unpacked, its password, its pages."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import ItemRejected
from ingest.limits import MOST_PAGES

_ENGINE = threading.RLock()  # PDFium keeps global state: one document at a time in a process
_STREAM = re.compile(rb"stream\r?\n")
_DICTIONARY = 2_000  # bytes before a stream in which its dictionary is looked for
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
_LARGEST_STREAM = 64 * 1024 * 1024  # bytes, unpacked, of the instructions of a page; drawings of 20 MB are known
_SUSPECT_STREAM = 4 * 1024 * 1024
_SUSPECT_RATIO = 100  # times; deflate reaches 1,030 at most, and text and drawings shrink to a fifth or a tenth
_LARGEST_TOTAL = 512 * 1024 * 1024
_CHUNK = 1024 * 1024


@contextmanager
def open_pdf(data: bytes, passwords: Sequence[str] = ()) -> Iterator[pypdfium2.PdfDocument]:
    """The document, held by one thread at a time. The empty password and then `passwords` are tried.

    Raises ItemRejected `corrupt`, `encrypted`, `too_large`. Nothing is loaded of a file that unpacks to far more than
    its size: 31 KB can hold three million instructions, which take PDFium 1.7 GB.
    """
    _refuse_bombs(data)
    with _ENGINE:
        document = _unlock(data, ("", *passwords))
        try:
            if len(document) == 0:
                raise ItemRejected("The PDF is damaged: it has no pages.", code="corrupt")
            if len(document) > MOST_PAGES:
                raise ItemRejected(f"The PDF has more than {MOST_PAGES:,} pages.", code="too_large")
            yield document
        finally:
            document.close()


def _unlock(data: bytes, passwords: Sequence[str]) -> pypdfium2.PdfDocument:
    for password in passwords:
        try:
            return pypdfium2.PdfDocument(data, password=password)
        except pypdfium2.PdfiumError as error:
            if error.err_code == pdfium.FPDF_ERR_PASSWORD:
                continue
            if error.err_code == pdfium.FPDF_ERR_SECURITY:
                raise ItemRejected("The PDF is encrypted in a way that is not supported.", code="encrypted") from error
            raise ItemRejected("The PDF is damaged: it cannot be opened.", code="corrupt") from error
    if len(passwords) > 1:
        raise ItemRejected("The PDF is protected by a password, and none that was given opens it.", code="encrypted")
    raise ItemRejected("The PDF is protected by a password.", code="encrypted")


def _refuse_bombs(data: bytes) -> None:
    """Count what the streams really unpack to. Pictures are let by: they are only unpacked where they are drawn."""
    total = 0
    for match in _STREAM.finditer(data):
        before = data[max(0, match.start() - _DICTIONARY) : match.start()]
        if _IMAGE.search(before, before.rfind(b" obj") + 1):
            continue
        unpacked, packed = _inflated(data, match.end())
        total += unpacked
        bloated = unpacked > _SUSPECT_STREAM and unpacked > _SUSPECT_RATIO * packed
        if bloated or unpacked > _LARGEST_STREAM or total > _LARGEST_TOTAL:
            raise ItemRejected("The PDF unpacks to far more than a document needs.", code="too_large")


def _inflated(data: bytes, start: int) -> tuple[int, int]:
    """Bytes that the deflated stream at `start` unpacks to, counted up to the limit, and bytes it takes in the file."""
    inflater = zlib.decompressobj()
    unpacked, fed = 0, start
    pending = data[fed : fed + 64]  # a first taste tells what is no deflated stream
    fed += len(pending)
    try:
        while pending and unpacked <= _LARGEST_STREAM and not inflater.eof:
            unpacked += len(inflater.decompress(pending, _CHUNK))
            pending = inflater.unconsumed_tail
            if not pending:
                pending = data[fed : fed + _CHUNK // 16]
                fed += len(pending)
    except zlib.error:
        pass  # not deflated, or damaged: what was counted counts
    return unpacked, max(1, fed - start - len(inflater.unused_data) - len(pending))
