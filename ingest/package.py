"""Documents that are zip packages (Office, OpenDocument, EPUB), opened only after what they unpack to was counted."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence

from lxml import etree

from index.errors import ItemRejected
from ingest.entries import DAMAGED, list_entries, open_file, unpack

_LARGEST = 100 * 1024 * 1024
"""Bytes all parts may unpack to: a package is no way to bring in more than the largest file that is read."""
_LARGEST_MARKUP = 32 * 1024 * 1024
"""Bytes of XML among them, about a thousand printed pages: reading the densest we could make took 30 times its size in
memory, and a reader has 1 GB."""
_MARKUP = re.compile(r"\.(?:xml|rels|opf|ncx|x?html?|vml)$", re.I)
_DECLARATION = re.compile(rb"<!ENTITY")
_OVERLAP = 64  # bytes of one piece looked at again with the next, so that no declaration is cut in two


class Package:
    """A package whose every part has been unpacked once and counted, so that any library may open `data`.

    Raises ItemRejected `too_large`, `encrypted`, `corrupt`. `declarations` lets XML declare entities, as old web pages
    and so e-books may; in Office packages the standard forbids it, and only attacks do. They are never expanded.
    """

    def __init__(self, data: bytes, *, declarations: bool = False) -> None:
        self._file = open_file(data)
        try:
            entries = list_entries(self._file)
        except DAMAGED as error:
            raise ItemRejected("The file is damaged: it cannot be unpacked.", code="corrupt") from error
        self._entries = {entry.filename: entry for entry in entries}
        self._count(entries, declarations)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises KeyError when there is none of that name."""
        return b"".join(unpack(self._file, self._entries[name]))

    def tree(self, name: str) -> etree._Element:
        """The XML of a part. Raises KeyError, and ItemRejected `corrupt` when it is not well-formed."""
        return parse_xml(self.read(name))

    def _count(self, entries: Sequence[zipfile.ZipInfo], declarations: bool) -> None:
        total = markup = 0
        for entry in entries:
            is_markup = _MARKUP.search(entry.filename) is not None
            tail = b""
            for piece in unpack(self._file, entry):
                total += len(piece)
                markup += len(piece) if is_markup else 0
                if total > _LARGEST or markup > _LARGEST_MARKUP:
                    raise _too_large()
                if is_markup and not declarations:
                    tail = _undeclared(tail + piece)


def parse_xml(data: bytes) -> etree._Element:
    """The root of an XML part; entities are not expanded, nothing is fetched. Raises ItemRejected `corrupt`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ItemRejected("The file is damaged: one of its parts cannot be read.", code="corrupt") from error


def _undeclared(piece: bytes) -> bytes:
    plain = piece.replace(b"\x00", b"")  # UTF-16 and UTF-32 too
    if _DECLARATION.search(plain):
        raise ItemRejected("The file declares XML entities, which such files do not have.", code="corrupt")
    return piece[-_OVERLAP:]


def _too_large() -> ItemRejected:
    megabytes, markup = _LARGEST >> 20, _LARGEST_MARKUP >> 20
    return ItemRejected(f"The file unpacks to more than {megabytes} MB, or {markup} MB of text.", code="too_large")
