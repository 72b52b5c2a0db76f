"""What a file is, told by its content first and its name second."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal, get_args

from index.errors import ItemRejected
from ingest.delimiter import find_delimiter
from ingest.encoding import decode, unmarked_utf16
from ingest.entries import DAMAGED, list_entries, open_file
from ingest.package_kind import PackageKind, package_kind

Kind = Literal["text", "markdown", "html", "pdf", "csv", "eml"] | PackageKind
KINDS: tuple[str, ...] = tuple(kind for kinds in get_args(Kind) for kind in get_args(kinds))

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""How zip files begin; the second is an empty one."""

_HEAD = 4096
_STRAY_NULS = 2
_LONGEST_HEADER = 64 * 1024  # what servers add to a message on its way
_MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
_FOREIGN = """
    .py .js .ts .css .json .jsonl .xml .yml .yaml .toml .ini .cfg .sh .bat .ps1 .c .h .cpp .java .rs .go
    .rb .php .sql .ipynb .svg .tex .bib .ris .po .lock .map .ics .vcf .srt .vtt
"""
_FOREIGN_SUFFIXES = frozenset(_FOREIGN.split())
_BINARY_SUFFIXES = frozenset({".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".epub", ".zip"})
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
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TAG = re.compile(r"<(?:p|div|span|h[1-6]|ul|li|table|br|a|section|article|main)\b[^<>]*>", re.I)
_CLOSING_TAG = re.compile(r"</(?:p|div|span|h[1-6]|ul|li|table|a|section|article|main)>", re.I)
_ATX_HEADING = re.compile(r"^#{1,6} \S", re.M)
_MESSAGE = re.compile(r"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_FROM = re.compile(r"^from:", re.I | re.M)
_TRANSPORT = re.compile(r"^(?:message-id|mime-version|received|return-path|delivered-to):", re.I | re.M)
_MAILBOX = re.compile(r"From \S+ .*\d{4}\n[!-9;-~]+:")
_FRONT_MATTER = re.compile(r"\A---\n(?:[\w-]+:.*\n)+", re.M)


def detect_kind(data: bytes, name: str) -> Kind:
    """The reader that fits. Raises ItemRejected: `empty`, `binary`, `unsupported`, `encrypted`, `corrupt`."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise ItemRejected("The file is empty.", code="empty")
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(ZIP):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _ole_rejection(data)
    _refuse_foreign(data, suffix)
    kind = _message_kind(data, suffix) or _text_kind(decode(data[:_HEAD]).replace("\0", ""), suffix)
    if kind not in ("html", "eml", "csv") and suffix in _BINARY_SUFFIXES:
        raise ItemRejected(f"The file is damaged: it does not begin as a {suffix} file does.", code="corrupt")
    return kind


def _zip_kind(data: bytes) -> Kind:
    try:
        with open_file(data) as file:
            kind = package_kind(file, list_entries(file))
    except DAMAGED as error:
        raise ItemRejected("The file is damaged: it cannot be unpacked.", code="corrupt") from error
    if kind is None:
        raise ItemRejected("The file is an archive inside another, which is not supported.", code="unsupported")
    return kind


def _ole_rejection(data: bytes) -> ItemRejected:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ItemRejected("The file is protected by a password.", code="encrypted")
    if "__substg1.0_".encode("utf-16-le") in data:
        return ItemRejected("The file is an Outlook message; save it as EML.", code="unsupported")
    return ItemRejected("The file is in an old Office format; save it as DOCX, XLSX, PPTX or PDF.", code="unsupported")


def _refuse_foreign(data: bytes, suffix: str) -> None:
    head = data[:_HEAD]
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or unmarked_utf16(data) is not None
    binary = _holds_nuls(head) and not wide
    for signature, label in _SIGNATURES:
        if data.startswith(signature) and (binary or signature not in _TEXT_LOOKALIKES):
            what, semicolon, advice = label.partition(";")
            raise ItemRejected(f"The file is {what}, which is not supported{semicolon}{advice}.", code="unsupported")
    if suffix in _FOREIGN_SUFFIXES:
        raise ItemRejected(f"Files of type {suffix} are not documents and are not supported.", code="unsupported")
    if binary or (_controls(head) * 50 > len(head) and not wide):
        raise ItemRejected("The file is not text: it holds binary data.", code="binary")


def _holds_nuls(head: bytes) -> bool:
    """Whether NULs make this binary; one or two that a program has left in a text or a web page do not."""
    nuls = head.count(0)
    most = len(head) // 50 if _HTML.match(head.replace(b"\0", b"").decode("latin-1")) else _STRAY_NULS
    return nuls > most or (nuls > 0 and _controls(head) > nuls)


def _controls(head: bytes) -> int:
    return sum(1 for byte in head if byte < 9 or 13 < byte < 27 or 27 < byte < 32)


def _message_kind(data: bytes, suffix: str) -> Kind | None:
    """An e-mail by its header: one that a server has marked, or any that somebody calls an e-mail."""
    head = data[:_LONGEST_HEADER].decode("latin-1").replace("\r\n", "\n")
    if _MAILBOX.match(head):
        raise ItemRejected("The file is a mailbox; save its messages as EML, one by one.", code="unsupported")
    header = _MESSAGE.match(head)
    if header is None or not _FROM.search(header[0]):
        return None
    return "eml" if suffix == ".eml" or _TRANSPORT.search(header[0]) else None


def _text_kind(head: str, suffix: str) -> Kind:
    if _HTML.match(head):
        return "html"
    if suffix in {".csv", ".tsv"} and find_delimiter(head, named=True) is not None:
        return "csv"
    tags = len(_TAG.findall(head))
    if suffix in {".html", ".htm", ".xhtml"} or (tags >= 5 and len(_CLOSING_TAG.findall(head)) * 2 >= tags):
        return "markdown" if suffix in _MARKDOWN_SUFFIXES else "html"
    if suffix in _MARKDOWN_SUFFIXES or len(_ATX_HEADING.findall(head)) >= 2:
        return "markdown"
    if find_delimiter(head) is not None:
        return "csv"
    return "markdown" if _FRONT_MATTER.match(head.replace("\r\n", "\n").lstrip("\ufeff")) else "text"
