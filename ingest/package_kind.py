"""Which document a zip file is, told by the names in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from typing import IO, Literal

from index.errors import ItemRejected
from ingest.entries import unpack

PackageKind = Literal["docx", "pptx", "xlsx", "odt", "epub"]

_MAIN_PARTS: tuple[tuple[re.Pattern[str], PackageKind], ...] = (
    (re.compile(r"word/document\d*\.xml"), "docx"),
    (re.compile(r"ppt/presentation\d*\.xml"), "pptx"),
    (re.compile(r"xl/workbook\d*\.xml"), "xlsx"),
    (re.compile(r"META-INF/container\.xml"), "epub"),
)
_MIME_TYPES: dict[str, PackageKind] = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.text-template": "odt",
    "application/epub+zip": "epub",
}
_FOREIGN = (
    (re.compile(r"xl/workbook\.bin"), "a binary spreadsheet; save it as XLSX"),
    (re.compile(r"Index/Document\.iwa|index\.apxl"), "an Apple iWork document; save it as PDF"),
    (re.compile(r"META-INF/MANIFEST\.MF|AndroidManifest\.xml|.+\.dist-info/WHEEL"), "a program"),
    (re.compile(r"FixedDocSeq\.fdseq|FixedDocumentSequence\.fdseq"), "an XPS document; save it as PDF"),
    (re.compile(r"doc\.kml"), "a map"),
)


def package_kind(file: IO[bytes], entries: Sequence[zipfile.ZipInfo]) -> PackageKind | None:
    """Which document a zip file is, None for an archive of files.

    Raises ItemRejected `unsupported` for packages of other kinds.
    """
    names = {entry.filename for entry in entries}
    for pattern, kind in _MAIN_PARTS:
        if any(pattern.fullmatch(name) for name in names):
            return kind
    mime_type = _mime_type(file, entries)
    if mime_type in _MIME_TYPES:
        return _MIME_TYPES[mime_type]
    if mime_type.startswith("application/vnd.oasis.opendocument."):
        what = mime_type.rpartition(".")[2]
        raise _foreign(f"an OpenDocument {what}; save it as XLSX, PPTX or PDF")
    for pattern, label in _FOREIGN:
        if any(pattern.fullmatch(name) for name in names):
            raise _foreign(label)
    return None


def _mime_type(file: IO[bytes], entries: Sequence[zipfile.ZipInfo]) -> str:
    for entry in entries:
        if entry.filename == "mimetype" and entry.file_size < 200:
            return b"".join(unpack(file, entry)).decode("ascii", "ignore").strip()
    return ""


def _foreign(label: str) -> ItemRejected:
    what, semicolon, advice = label.partition(";")
    return ItemRejected(f"The file is {what}, which is not supported{semicolon}{advice}.", code="unsupported")
