"""Word documents: paragraphs and tables in order, headings by style."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.oxml.table import CT_Tbl
from docx.oxml.text.paragraph import CT_P
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import clean_line
from ingest.contents import without_contents
from ingest.frames import without_frame_blocks
from ingest.lines import BULLET, has_words
from ingest.options import ReadOptions
from ingest.package import check_package
from ingest.readers.docx_hidden import is_hidden
from ingest.readers.properties import properties

_HEADING = re.compile(r"(?:heading|titolo|titlu|titre|título|überschrift|заголовок)\s*(\d)", re.I)
_TITLE = re.compile(r"^(?:title|titolo|titlu|titre|título|titel|назва|название)$", re.I)
_LIST = re.compile(r"\blist\b|elenco|listă|liste\b|lista\b", re.I)
_CONTENTS = re.compile(r"toc \d|sommario \d|cuprins \d", re.I)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TRANSPARENT = frozenset(qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:smartTag", "w:customXml"))
_NOTE_KINDS = {"footnotes": qn("w:footnoteReference"), "endnotes": qn("w:endnoteReference")}
_NOTE_REFERENCES = tuple(_NOTE_KINDS.values())
_BOLD_LEVEL = 3  # headings that only bold type makes lie below those that a style makes
_LONGEST_BOLD = 90  # characters of such a heading


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A .docx file. Raises ItemRejected `corrupt`, `encrypted`, `too_large`."""
    check_package(data)
    try:
        document = Document(io.BytesIO(data))
        blocks = list(_blocks(document))
        head = properties(_properties(document))
    except (
        OpcError,
        KeyError,
        ValueError,
        AttributeError,
        IndexError,
        TypeError,
        zipfile.BadZipFile,
        zlib.error,
        etree.XMLSyntaxError,
    ) as error:
        raise ItemRejected("The Word file is damaged: it cannot be read.", code="corrupt") from error
    return replace(head, blocks=tuple(without_frame_blocks(without_contents(blocks))))


def _properties(document: WordDocument) -> dict[str, str]:
    core = document.core_properties
    said = {name: getattr(core, name) for name in ("title", "author", "category", "subject", "language")}
    for part in document.part.package.iter_parts():
        if part.partname == "/docProps/app.xml":
            said["company"] = _company(part.blob)
    return said


def _company(app: bytes) -> str:
    try:
        root = etree.fromstring(app, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:  # the text does not depend on it
        return ""
    return root.findtext("{*}Company") or ""


def _blocks(document: WordDocument) -> Iterator[Block]:
    notes = _notes(document)
    for part in _parts(document, document.element.body):
        if isinstance(part, Table):
            yield from _rows(part)
            continue
        yield from _paragraph(part)
        for reference in part._p.iter(*_NOTE_REFERENCES):
            if note := notes.get((str(reference.tag), reference.get(qn("w:id"), ""))):
                yield Block("paragraph", note)


def _notes(document: WordDocument) -> dict[tuple[str, str], str]:
    """The text of each footnote and endnote, by the kind of its reference and its number."""
    notes: dict[tuple[str, str], str] = {}
    for relation in document.part.rels.values():
        kind = _NOTE_KINDS.get(relation.reltype.rsplit("/", 1)[-1])
        if kind is None or relation.is_external:
            continue
        for note in parse_xml(relation.target_part.blob):
            text = clean_line(" ".join(_text(paragraph) for paragraph in note.iter(qn("w:p"))))
            if has_words(text):
                notes[kind, note.get(qn("w:id"), "")] = text
    return notes


def _parts(document: WordDocument, parent: etree._Element) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, also those inside content controls, insertions and text boxes."""
    for child in parent:
        if isinstance(child, CT_P):
            yield Paragraph(child, document._body)
            for box in child.iter(qn("w:txbxContent")):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    yield from _parts(document, box)
        elif isinstance(child, CT_Tbl):
            yield Table(child, document._body)
        elif child.tag in _TRANSPARENT:
            yield from _parts(document, child)


def _rows(table: Table) -> Iterator[Block]:
    for row in table.rows:
        cells: list[str] = []
        previous = None
        for cell in row.cells:
            text = clean_line(" ".join(_text(paragraph) for paragraph in cell._tc.iter(qn("w:p"))))
            if cell._tc is not previous and text:
                cells.append(text)
            previous = cell._tc
        if has_words(line := " | ".join(cells)):
            yield Block("row", line)


def _text(paragraph: etree._Element) -> str:
    """The paragraph's text with insertions and without deletions and text boxes; a break in it is a line break."""
    parts: list[str] = []
    for element in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:noBreakHyphen")):
        if next(element.iterancestors(qn("w:p"))) is not paragraph or is_hidden(next(element.iterancestors())):
            continue
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif next(element.iterancestors()).tag == qn("w:r"):
            parts.append({qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}.get(element.tag, "\n"))
    return "".join(parts)


def _paragraph(paragraph: Paragraph) -> Iterator[Block]:
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if _CONTENTS.match(style):
        return
    heading = _HEADING.search(style)
    for line in (clean_line(part) for part in _text(paragraph._p).split("\n")):
        if not has_words(line):
            continue
        if heading or _TITLE.match(style):
            yield Block("heading", line, int(heading[1]) if heading else 1)
        elif bullet := BULLET.match(line):
            yield Block("item", line[bullet.end() :].strip())
        elif _LIST.search(style) or (paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None):
            yield Block("item", line)
        elif _is_bold_heading(paragraph, line):
            yield Block("heading", line, _BOLD_LEVEL)
        else:
            yield Block("paragraph", line)


def _is_bold_heading(paragraph: Paragraph, line: str) -> bool:
    """Whether a short paragraph is bold all through: how most people write headings."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    return bool(runs) and len(line) <= _LONGEST_BOLD and line[-1] not in ".:;,!" and all(run.bold for run in runs)
