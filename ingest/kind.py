"""What a file is, told by its content first and its name second."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import Literal

from index.errors import ItemRejected
from ingest.encoding import decode, unmarked_utf16

Kind = Literal["text", "markdown", "html", "pdf", "docx"]

_HEAD = 4096
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_FOREIGN = """
    .py .js .ts .css .json .jsonl .csv .tsv .xml .yml .yaml .toml .ini .cfg .sh .bat .ps1 .c .h .cpp .java .rs .go
    .rb .php .sql .ipynb .svg .tex .bib .ris .po .lock .map .ics .vcf .srt .vtt .eml
"""
_FOREIGN_SUFFIXES = frozenset(_FOREIGN.split())
_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"BM", "a bitmap image"),
    (b"RIFF", "a picture, sound or video"),
    (b"OggS", "sound"),
    (b"ID3", "sound"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a Rich Text file; save it as DOCX or PDF"),
    (b"%!PS", "a PostScript file; save it as PDF"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_TEXT_LOOKALIKES = frozenset({b"BM", b"MZ", b"ID3", b"RIFF", b"OggS", b"Rar!"})
_OFFICE = {"xl/workbook.xml": "a spreadsheet", "ppt/presentation.xml": "a presentation"}
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TAG = re.compile(r"<(?:p|div|span|h[1-6]|ul|li|table|br|a|section|article|main)\b[^<>]*>", re.I)
_CLOSING_TAG = re.compile(r"</(?:p|div|span|h[1-6]|ul|li|table|a|section|article|main)>", re.I)
_ATX_HEADING = re.compile(r"^#{1,6} \S", re.M)
_FRONT_MATTER = re.compile(r"\A---\n(?:[\w-]+:.*\n)+", re.M)


def detect_kind(data: bytes, name: str) -> Kind:
    """The reader that fits. Raises ItemRejected: `empty`, `binary`, `unsupported`, `encrypted`, `corrupt`."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise ItemRejected("The file is empty.", code="empty")
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data, suffix)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _ole_rejection(data)
    _refuse_foreign(data, suffix)
    kind = _text_kind(decode(data[:_HEAD]), suffix)
    if kind != "html" and suffix in {".pdf", ".docx"}:
        raise ItemRejected(f"The file is damaged: it does not begin as a {suffix} file does.", code="corrupt")
    return kind


def _zip_kind(data: bytes, suffix: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        if suffix == ".docx":
            raise ItemRejected("The Word file is damaged: it cannot be opened.", code="corrupt") from error
        raise ItemRejected("The file is a damaged archive.", code="corrupt") from error
    if "word/document.xml" in names:
        return "docx"
    what = next((label for entry, label in _OFFICE.items() if entry in names), "an archive")
    raise ItemRejected(f"The file is {what}, which is not supported.", code="unsupported")


def _ole_rejection(data: bytes) -> ItemRejected:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ItemRejected("The file is protected by a password.", code="encrypted")
    return ItemRejected("The file is in an old Office format; save it as DOCX or PDF.", code="unsupported")


def _refuse_foreign(data: bytes, suffix: str) -> None:
    head = data[:_HEAD]
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or unmarked_utf16(data) is not None
    binary = b"\x00" in head and not wide
    for signature, label in _SIGNATURES:
        if data.startswith(signature) and (binary or signature not in _TEXT_LOOKALIKES):
            what, semicolon, advice = label.partition(";")
            raise ItemRejected(f"The file is {what}, which is not supported{semicolon}{advice}.", code="unsupported")
    if suffix in _FOREIGN_SUFFIXES:
        raise ItemRejected(f"Files of type {suffix} are not documents and are not supported.", code="unsupported")
    controls = sum(1 for byte in head if byte < 9 or 13 < byte < 27 or 27 < byte < 32)
    if binary or (controls * 50 > len(head) and not wide):
        raise ItemRejected("The file is not text: it holds binary data.", code="binary")


def _text_kind(head: str, suffix: str) -> Kind:
    if _HTML.match(head):
        return "html"
    tags = len(_TAG.findall(head))
    if suffix in {".html", ".htm", ".xhtml"} or (tags >= 5 and len(_CLOSING_TAG.findall(head)) * 2 >= tags):
        return "markdown" if suffix in _MARKDOWN_SUFFIXES else "html"
    if suffix in _MARKDOWN_SUFFIXES or len(_ATX_HEADING.findall(head)) >= 2:
        return "markdown"
    return "markdown" if _FRONT_MATTER.match(head.replace("\r\n", "\n").lstrip("\ufeff")) else "text"
