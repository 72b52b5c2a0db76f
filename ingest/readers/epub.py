"""E-books: the chapters in the order of the spine, each as a web page is walked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from lxml import etree, html

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.dates import find_date
from ingest.encoding import decode
from ingest.options import ReadOptions
from ingest.package import Package
from ingest.readers.hidden import drop_hidden
from ingest.readers.page import walk
from ingest.readers.page_frame import drop_frame
from ingest.readers.properties import properties

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_EVENT = f"{_OPF}event"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CLOSED_AT_ONCE = re.compile(r"<([a-zA-Z][\w:-]*)([^<>]*)/>")
_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:[0-9]|[12][0-9]|3[01]|x1?[0-9a-f]|xfff[ef]);", re.I
)
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """An .epub file without its table of contents. Raises ItemRejected `corrupt`, `encrypted`, `too_large`."""
    package = Package(data, declarations=True)
    path = _root_file(package)
    root = package.tree(path)
    chapters = [chapter for chapter in _chapters(root, posixpath.dirname(path)) if chapter in package]
    if not chapters:
        raise ItemRejected("The e-book is damaged: it has no chapters.", code="corrupt")
    _refuse_locked(package, chapters)
    blocks = [block for chapter in chapters for block in _chapter_blocks(package.read(chapter))]
    language = re.match(r"[a-z]{2}(?=$|[-_])", next(_stated(root, "language"), "").strip().lower())
    said = {name: next(_stated(root, name), "") for name in ("title", "subject")}
    head = properties(
        {
            **said,
            "author": ";".join(_stated(root, "creator")),
            "company": next(_stated(root, "publisher"), ""),
            "language": language[0] if language else "",
        }
    )
    return replace(head, blocks=tuple(blocks), date=_published(root))


def _root_file(package: Package) -> str:
    files = package.tree(_CONTAINER).iter("{*}rootfile") if _CONTAINER in package else iter(())
    path = next((file.get("full-path", "") for file in files), "")
    if path not in package:
        raise ItemRejected("The e-book is damaged: its list of contents is missing.", code="corrupt")
    return path


def _chapters(root: etree._Element, folder: str) -> Iterator[str]:
    """The names of the spine's parts; they are looked up in the package and nowhere else."""
    parts = {item.get("id"): item for item in root.iter(f"{_OPF}item")}
    for reference in root.iter(f"{_OPF}itemref"):
        item = parts.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _CHAPTERS or "nav" in item.get("properties", "").split():
            continue
        yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").partition("#")[0])))


def _refuse_locked(package: Package, chapters: list[str]) -> None:
    """Rights management encrypts chapters; encrypted fonts, which are common, are no matter."""
    if _ENCRYPTION not in package:
        return
    locked = {unquote(part.get("URI", "")) for part in package.tree(_ENCRYPTION).iter("{*}CipherReference")}
    if not locked.isdisjoint(chapters):
        raise ItemRejected("The e-book is protected against copying.", code="encrypted")


def _chapter_blocks(data: bytes) -> list[Block]:
    source = _DECLARATION.sub("", decode(data).lstrip("\ufeff"))
    source = _CONTROLS.sub(" ", source)  # no XML tree may hold them
    source = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", source)  # XHTML's <title/> would swallow an HTML page
    try:
        root = html.document_fromstring(source, parser=html.HTMLParser(huge_tree=False, recover=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return []  # a chapter that is empty, or only a picture
    drop_hidden(root)
    drop_frame(root)
    return [walked.block for walked in walk(next(root.iter("body"), root))]


def _stated(root: etree._Element, name: str) -> Iterator[str]:
    return (element.text for element in root.iter(f"{_DC}{name}") if element.text)


def _published(root: etree._Element) -> date | None:
    """The book's date, not that on which the file was made or changed."""
    for element in root.iter(f"{_DC}date"):
        if element.get(_EVENT, "publication") == "publication" and (found := find_date((element.text or "")[:10])):
            return found
    return None
