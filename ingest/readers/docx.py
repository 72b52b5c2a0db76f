"""Word documents: paragraphs and tables in order, headings by style."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from lxml import etree

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import clean_line
from ingest.contents import without_contents
from ingest.frames import without_frame_blocks
from ingest.lines import BULLET, has_words
from ingest.options import ReadOptions
from ingest.package import Package
from ingest.readers.docx_hidden import is_unseen_box
from ingest.readers.docx_styles import Style, Styles, outline_level
from ingest.readers.docx_table import table_rows
from ingest.readers.docx_text import FALLBACK, NEW_PAGE, Texts
from ingest.readers.properties import app_properties, core_properties, properties

_DAMAGE = (
    OpcError,
    KeyError,
    ValueError,
    AttributeError,
    IndexError,
    TypeError,
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
)
"""What python-docx, and walking elements, are known to raise on files that break the format."""
_PARAGRAPH, _TABLE, _BOX, _RUN, _MARKS, _TEXT = map(qn, ("w:p", "w:tbl", "w:txbxContent", "w:r", "w:pPr", "w:t"))
_BOLD, _NUMBER, _VAL, _RENDERED = map(qn, ("w:b", "w:numPr", "w:val", "w:lastRenderedPageBreak"))
_TRANSPARENT = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:ins", "w:smartTag", "w:customXml")))
_NOTE_KINDS = {"footnotes": qn("w:footnoteReference"), "endnotes": qn("w:endnoteReference")}
_NOTE_REFERENCES = tuple(_NOTE_KINDS.values())
_NO = frozenset({"0", "false", "off"})
_BOLD_LEVEL = 3  # headings that only bold type makes lie below those that a style makes
_LONGEST_BOLD = 90  # characters of such a heading
_LONGEST_OUTLINE = 200  # of one that the outline makes


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A .docx file. Raises ItemRejected `corrupt`, `encrypted`, `too_large`."""
    app = app_properties(Package(data))
    try:
        document = Document(io.BytesIO(data))
        blocks = _numbered(document, app.get("Pages", ""))
        head = properties({**core_properties(document.core_properties), "company": app.get("Company", "")})
    except _DAMAGE as error:
        raise ItemRejected("The Word file is damaged: it cannot be read.", code="corrupt") from error
    return replace(head, blocks=tuple(without_frame_blocks(without_contents(blocks))))


def _numbered(document: WordDocument, pages: str) -> list[Block]:
    """The blocks, with the numbers of their pages where those are sure.

    A Word file has no pages; but Word leaves a mark where it last began each, or all pages may be begun by the author's
    own breaks. Word forgets some marks, and other programs do not move them, so they only count when they add up to the
    number of pages that the file states.
    """
    reader = _Reader(document)
    blocks = list(reader.blocks())
    if reader.page > 1 and pages.strip() == str(reader.page):
        return blocks
    return [replace(block, page=None) for block in blocks]


class _Reader:
    """Reads one document from its first paragraph to its last; `page` is the one that it has come to."""

    def __init__(self, document: WordDocument) -> None:
        self.page = 1
        self._body = document.element.body
        self._styles = Styles(document.styles.element)
        explicit = next(self._body.iter(_RENDERED), None) is None
        self._texts = Texts(self._styles, _links(document.part), explicit=explicit)
        self._notes = _notes(document, self._styles)

    def blocks(self) -> Iterator[Block]:
        for part in _parts(self._body):
            if part.tag == _TABLE:
                for cells in table_rows(part, self._texts.text):
                    yield from self._row(cells)
                continue
            yield from self._paragraph(part)
            for reference in part.iter(*_NOTE_REFERENCES):
                if note := self._notes.get((str(reference.tag), reference.get(qn("w:id"), ""))):
                    yield Block("paragraph", note, page=self.page)

    def _row(self, cells: list[str]) -> Iterator[Block]:
        page = self._turn("".join(cells))
        line = " | ".join(text for cell in cells if (text := clean_line(cell.replace(NEW_PAGE, ""))))
        if has_words(line):
            yield Block("row", line, page=page)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        style = self._texts.style(paragraph)
        for part in self._texts.text(paragraph).split("\n"):
            page = self._turn(part)
            line = clean_line(part.replace(NEW_PAGE, ""))
            if has_words(line) and not style.is_contents:
                yield replace(_block(paragraph, style, line), page=page)

    def _turn(self, text: str) -> int:
        """The page on which the words of `text` begin; those it goes over have been come to."""
        page = self.page + text[: len(text) - len(text.lstrip())].count(NEW_PAGE)
        self.page += text.count(NEW_PAGE)
        return page


def _links(part: Part) -> Mapping[str, str]:
    return {identifier: relation.target_ref for identifier, relation in part.rels.items() if relation.is_external}


def _notes(document: WordDocument, styles: Styles) -> dict[tuple[str, str], str]:
    """The text of each footnote and endnote, by the kind of its reference and its number."""
    notes: dict[tuple[str, str], str] = {}
    for relation in document.part.rels.values():
        kind = _NOTE_KINDS.get(relation.reltype.rsplit("/", 1)[-1])
        if kind is None or relation.is_external:
            continue
        texts = Texts(styles, _links(relation.target_part))
        for note in parse_xml(relation.target_part.blob):
            text = " ".join(texts.text(paragraph) for paragraph in note.iter(_PARAGRAPH)).replace(NEW_PAGE, "")
            if has_words(line := clean_line(text)):
                notes[kind, note.get(qn("w:id"), "")] = line
    return notes


def _parts(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, also those inside content controls, insertions and text boxes."""
    for child in parent:
        if child.tag == _PARAGRAPH:
            yield child
            for box in child.iter(_BOX):
                if next(box.iterancestors(_PARAGRAPH)) is child and _is_shown(box):
                    yield from _parts(box)
        elif child.tag == _TABLE:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _parts(child)


def _is_shown(box: etree._Element) -> bool:
    return next(box.iterancestors(FALLBACK), None) is None and not is_unseen_box(box)


def _block(paragraph: etree._Element, style: Style, line: str) -> Block:
    marks = paragraph.find(_MARKS)
    level = (outline_level(marks) or style.level_below) if len(line) <= _LONGEST_OUTLINE else 0
    if style.level or level:
        return Block("heading", line, style.level or level)
    if bullet := BULLET.match(line):
        return Block("item", line[bullet.end() :].strip())
    if style.is_list or (marks is not None and marks.find(_NUMBER) is not None):
        return Block("item", line)
    if _is_bold_heading(paragraph, line):
        return Block("heading", line, _BOLD_LEVEL)
    return Block("paragraph", line)


def _is_bold_heading(paragraph: etree._Element, line: str) -> bool:
    """Whether a short paragraph is bold all through: how most people write headings."""
    if len(line) > _LONGEST_BOLD or line[-1] in ".:;,!":
        return False
    runs = [run for run in paragraph.iterchildren(_RUN) if any((t.text or "").strip() for t in run.iterchildren(_TEXT))]
    return bool(runs) and all(map(_is_bold, runs))


def _is_bold(run: etree._Element) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{_BOLD}")
    return mark is not None and mark.get(_VAL, "1") not in _NO
