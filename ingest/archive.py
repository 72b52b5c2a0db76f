"""Zip archives: each file in one is an item, an archive in one too; nothing is ever written to disk.

What an item may unpack to is counted when it is loaded (see entries). It never delivers more bytes than the directory
declares, so that the limits on what is declared hold for what is real.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import IO
from urllib.parse import quote

from index.errors import ItemRejected
from ingest.entries import DAMAGED, MOST_ENTRIES, list_entries, open_file, unpack
from ingest.item import Item
from ingest.origin import WITHIN, Origin, printable
from ingest.package_kind import package_kind

LARGEST_MEMBER = 100 * 1024 * 1024
"""Bytes of the largest file in an archive: as of the largest file outside one."""
LARGEST_TOTAL = 1024 * 1024 * 1024
"""Bytes that all files of an archive, and of those in it, may unpack to: ten of the largest files."""
_HIGHEST_RATIO = 200
"""Times its size that a large file may unpack to. Text shrinks to a tenth, seldom to a fiftieth; bombs reach 1,000."""
_RATIO_COUNTS = 10 * 1024 * 1024  # bytes from which the ratio counts: a small file of blanks harms nobody
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_PACKAGES_BEGIN = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"mimetype")
"""How the first entry of an Office file or e-book is called: it need not be unpacked to know that it is no archive."""
_LOCAL_HEADER = 30
_HEAD = 64  # bytes that show whether a file is an archive and what its first entry is called
_UTF8 = 0x800


def archive_items(path: Path, uri: str) -> list[Item] | None:
    """One item for each file in the archive at `path`, shown as `uri/name`; None for what is no sound archive.

    An archive beyond the limits, or without files, is one item that cannot be loaded.
    """
    try:
        with open_file(path) as file:
            if not file.read(4).startswith(_SIGNATURES):
                return None
            entries = list_entries(file)
            if package_kind(file, entries) is not None:
                return None
            return list(_Listing(path, uri).items(file, entries))
    except DAMAGED:
        return None  # its reader will say what is wrong
    except ItemRejected as problem:
        return [Item.refused(Origin(path.as_uri(), uri, path.name), problem)]


class _Listing:
    """The items of one archive, and how much of the limits they have used."""

    def __init__(self, path: Path, uri: str) -> None:
        self._path = path
        self._uri = uri
        self._files = 0
        self._bytes = 0

    def items(self, file: IO[bytes], entries: list[zipfile.ZipInfo]) -> Iterator[Item]:
        self._count(entries)
        members = _members(entries)
        if not members:
            raise ItemRejected("The archive holds no files.", code="empty")
        for entry in members:
            if _may_be_archive(file, entry):
                yield from self._inner_items(entry)
            else:
                yield self._item(quote(entry.filename), _shown(entry), partial(_load, self._path, entry))

    def _inner_items(self, outer: zipfile.ZipInfo) -> Iterator[Item]:
        """The items of an archive inside, or the one that it is when it is a document or cannot be read."""
        whole = self._item(quote(outer.filename), _shown(outer), partial(_load, self._path, outer))
        try:
            with open_file(_inner(self._path, outer)) as file:
                entries = list_entries(file)
                members = _members(entries)
                if not members or package_kind(file, entries) is not None:
                    yield whole
                    return
                self._count(entries)
        except (*DAMAGED, ItemRejected) as error:
            yield Item.refused(whole.origin, error) if isinstance(error, ItemRejected) else whole
            return
        for entry in members:
            source = f"{quote(outer.filename)}{WITHIN}{quote(entry.filename)}"
            yield self._item(source, f"{_shown(outer)}/{_shown(entry)}", partial(_load_inner, self._path, outer, entry))

    def _count(self, entries: list[zipfile.ZipInfo]) -> None:
        self._files += len(entries)
        self._bytes += sum(entry.file_size for entry in entries)
        if self._files > MOST_ENTRIES or self._bytes > LARGEST_TOTAL:
            raise ItemRejected(f"The archive unpacks to more than 1 GB or {MOST_ENTRIES:,} files.", code="too_large")

    def _item(self, place: str, shown: str, load: Callable[[], bytes]) -> Item:
        source = f"{self._path.as_uri()}{WITHIN}{place}"
        return Item(Origin(source, f"{self._uri}/{shown}", shown.rpartition("/")[2]), load)


def _members(entries: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The files in order of name without what is hidden; of two with one name the last, as when one unpacks."""
    by_name = {entry.filename: entry for entry in entries if not entry.is_dir()}
    return [by_name[name] for name in sorted(by_name) if not _is_passed_over(by_name[name])]


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    parts = _shown(entry).split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _shown(entry: zipfile.ZipInfo) -> str:
    """The entry's name for people: it names no place anywhere, so that a hostile one is only odd to read."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:  # then it is read in an old code page, but most programs of today mean UTF-8
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".", "..")]
    return "/".join(map(printable, parts)) or "unnamed"


def _may_be_archive(file: IO[bytes], entry: zipfile.ZipInfo) -> bool:
    head = b""
    with suppress(ItemRejected):  # loading it will say why
        for piece in unpack(file, entry, piece=_HEAD):
            head += piece
            if len(head) >= _HEAD:
                break
    return head.startswith(_SIGNATURES) and not head[_LOCAL_HEADER:].startswith(_PACKAGES_BEGIN)


def _load(path: Path, entry: zipfile.ZipInfo) -> bytes:
    try:
        file = open_file(path)
    except OSError as error:
        raise ItemRejected("The archive cannot be read any more.", code="unreadable") from error
    with file:
        return _unpacked(file, entry)


def _load_inner(path: Path, outer: zipfile.ZipInfo, entry: zipfile.ZipInfo) -> bytes:
    with open_file(_inner(path, outer)) as file:
        return _unpacked(file, entry)


@lru_cache(maxsize=1)
def _inner(path: Path, outer: zipfile.ZipInfo) -> bytes:
    """The archive inside; its files are loaded one after the other, and it need not be unpacked for each."""
    return _load(path, outer)


def _unpacked(file: IO[bytes], entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > LARGEST_MEMBER:
        raise ItemRejected("The file is larger than 100 MB.", code="too_large")
    if entry.file_size > max(_RATIO_COUNTS, _HIGHEST_RATIO * entry.compress_size):
        raise ItemRejected(f"The file unpacks to more than {_HIGHEST_RATIO} times its size.", code="too_large")
    return b"".join(unpack(file, entry))
