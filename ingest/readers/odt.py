"""OpenDocument texts, read from their XML: headings, lists, tables, footnotes; nothing hidden, no deleted words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from index.errors import ItemRejected
from ingest.block import Block, Kind, Reading
from ingest.cleaning import clean_line
from ingest.frames import without_frame_blocks
from ingest.lines import BULLET, has_words
from ingest.options import ReadOptions
from ingest.package import Package
from ingest.readers.properties import properties

_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"


_HEADING, _PARAGRAPH, _ITEM, _ROW, _CELL = map(
    _name, ("text:h", "text:p", "text:list-item", "table:table-row", "table:table-cell")
)
_STYLE, _DISPLAY, _VISIBILITY = map(_name, ("text:style-name", "text:display", "table:visibility"))
_DROPPED = frozenset(
    map(
        _name,
        (
            "text:tracked-changes",  # what was deleted
            "office:annotation",
            "office:annotation-end",
            "office:forms",
            "text:table-of-content",
            "text:alphabetical-index",
            "text:illustration-index",
            "text:table-index",
            "text:ruby-text",
            "draw:glue-point",
        ),
    )
)
_ASIDE = frozenset(map(_name, ("text:note", "draw:frame", "draw:custom-shape", "draw:g")))
"""What stands inside a paragraph and holds paragraphs of its own."""
_BREAK = "\u2028"
_SPACES = {_name("text:s"): " ", _name("text:tab"): " ", _name("text:line-break"): _BREAK}
_FIELDS = frozenset(map(_name, ("text:hidden-text", "text:hidden-paragraph")))
_IS_HIDDEN = _name("text:is-hidden")


@dataclass(frozen=True, slots=True)
class _Styles:
    """The names of styles that hide their text, and of those that mark the document's title."""

    hidden: frozenset[str]
    title: frozenset[str]


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """An .odt file. Raises ItemRejected `corrupt`, `encrypted`, `too_large`."""
    package = Package(data)
    if "META-INF/manifest.xml" in package:
        manifest = package.tree("META-INF/manifest.xml")
        if next(manifest.iter(_name("manifest:encryption-data")), None) is not None:
            raise ItemRejected("The file is protected by a password.", code="encrypted")
    if "content.xml" not in package:
        raise ItemRejected("The text is damaged: its content is missing.", code="corrupt")
    content = package.tree("content.xml")
    body = content.find(f"{_name('office:body')}/{_name('office:text')}")
    if body is None:
        raise ItemRejected("The text is damaged: its content is missing.", code="corrupt")
    roots = [content, package.tree("styles.xml")] if "styles.xml" in package else [content]
    meta = package.tree("meta.xml") if "meta.xml" in package else None
    blocks = _blocks(body, _styles(roots), "paragraph")
    said = {name.partition(":")[2]: _stated(meta, name) for name in ("dc:title", "dc:language", "dc:subject")}
    author = _stated(meta, "meta:initial-creator") or _stated(meta, "dc:creator")  # who last changed it
    return replace(properties({**said, "author": author}), blocks=tuple(without_frame_blocks(list(blocks))))


def _stated(meta: etree._Element | None, name: str) -> str | None:
    found = None if meta is None else next(meta.iter(_name(name)), None)
    return (found.text or None) if found is not None else None


def _styles(roots: list[etree._Element]) -> _Styles:
    hidden: set[str] = set()
    parents: dict[str, str] = {}
    for style in (style for root in roots for style in root.iter(_name("style:style"))):
        name = style.get(_name("style:name"), "")
        parents[name] = style.get(_name("style:parent-style-name"), "")
        properties = style.find(_name("style:text-properties"))
        if properties is not None and properties.get(_DISPLAY) == "none":
            hidden.add(name)
    hidden.update(name for name, parent in parents.items() if parent in hidden)
    return _Styles(frozenset(hidden), frozenset({"Title", *(n for n, parent in parents.items() if parent == "Title")}))


def _blocks(parent: etree._Element, styles: _Styles, kind: Kind) -> Iterator[Block]:
    for element in parent:
        if _is_hidden(element, styles):
            continue
        if element.tag == _ROW:
            yield from _row(element, styles)
        elif element.tag in (_HEADING, _PARAGRAPH):
            yield from _lines(element, styles, kind)
            yield from _asides(element, styles)
        else:
            yield from _blocks(element, styles, "item" if element.tag == _ITEM else kind)


def _is_hidden(element: etree._Element, styles: _Styles) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED or element.get(_DISPLAY) == "none":
        return True
    if element.get(_IS_HIDDEN, "true" if element.tag in _FIELDS else "false") == "true":
        return True
    if element.get(_STYLE) in styles.hidden or element.get(_VISIBILITY, "visible") != "visible":
        return True
    field = element.find(_name("text:hidden-paragraph"))
    return field is not None and _is_hidden(field, styles)


def _lines(element: etree._Element, styles: _Styles, kind: Kind) -> Iterator[Block]:
    is_title = element.get(_STYLE) in styles.title
    outline = element.get(_name("text:outline-level"), "1")
    level = int(is_title) if element.tag != _HEADING else int(outline) if outline.isdecimal() else 1
    for line in (clean_line(part) for part in _text(element, styles).split(_BREAK)):
        if not has_words(line):
            continue
        bullet = BULLET.match(line)
        if level:
            yield Block("heading", line, level)
        elif bullet:
            yield Block("item", line[bullet.end() :].strip())
        else:
            yield Block(kind, line)


def _text(element: etree._Element, styles: _Styles) -> str:
    """The element's visible text without the notes and frames in it; a break in it is a line break."""
    parts = [element.text or ""]
    for child in element:
        if child.tag in _SPACES:
            parts.append(_SPACES[child.tag])
        elif child.tag not in _ASIDE and not _is_hidden(child, styles):
            parts.append(_text(child, styles))
        parts.append(child.tail or "")
    return "".join(parts)


def _asides(element: etree._Element, styles: _Styles) -> Iterator[Block]:
    for child in element:
        if _is_hidden(child, styles):
            continue
        if child.tag in _ASIDE:
            yield from _blocks(child, styles, "paragraph")
        else:
            yield from _asides(child, styles)


def _row(row: etree._Element, styles: _Styles) -> Iterator[Block]:
    """The row as one block; the cells of a table that stands in one of its cells belong to it."""
    cells = []
    for cell in row.iter(_CELL):
        if next(cell.iterancestors(_ROW)) is row and not _is_hidden(cell, styles):
            cells.append(" ".join(block.text for block in _blocks(cell, styles, "paragraph")))
    if has_words(line := " | ".join(cell for cell in cells if cell)):
        yield Block("row", line)
