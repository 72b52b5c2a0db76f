"""Presentations, through python-pptx: slides as pages, their titles as headings.

Speaker's notes are left out as hidden slides are: they are not what was shown, and may not be meant for the reader.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.oxml.ns import qn
from pptx.package import Package as PowerPointPackage
from pptx.parts.presentation import PresentationPart
from pptx.shapes.group import GroupShape

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import clean_line
from ingest.lines import BULLET, has_words
from ingest.options import ReadOptions
from ingest.package import Package, parse_xml
from ingest.readers.properties import app_properties, core_properties, properties

_DAMAGE = (
    PythonPptxError,
    KeyError,
    ValueError,
    AttributeError,
    IndexError,
    TypeError,
    zipfile.BadZipFile,
    etree.XMLSyntaxError,
)
"""What python-pptx is known to raise on files that break the format."""
_TITLES = {PP_PLACEHOLDER.CENTER_TITLE: 1, PP_PLACEHOLDER.TITLE: 2, PP_PLACEHOLDER.VERTICAL_TITLE: 2}
_FRAME = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER}
_BULLETED = {
    PP_PLACEHOLDER.BODY,
    PP_PLACEHOLDER.OBJECT,
    PP_PLACEHOLDER.VERTICAL_BODY,
    PP_PLACEHOLDER.VERTICAL_OBJECT,
}
_REPEATED = 3  # slides, at least, that must show a text for it to be a frame
_BULLETS = tuple(map(qn, ("a:buChar", "a:buAutoNum", "a:buBlip")))
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DIAGRAM_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """The visible slides in order; pages count hidden ones too.

    Raises ItemRejected `corrupt`, `encrypted`, `too_large`.
    """
    app = app_properties(Package(data))
    try:
        main = PowerPointPackage.open(io.BytesIO(data)).main_document_part
        if not isinstance(main, PresentationPart):
            raise ItemRejected("The presentation is damaged: it has no slides.", code="corrupt")
        blocks = [
            block
            for page, slide in enumerate(main.presentation.slides, start=1)
            if slide.element.get("show", "1") not in ("0", "false")
            for block in _slide_blocks(slide, page)
        ]
        head = properties({**core_properties(main.presentation.core_properties), "company": app.get("Company")})
    except _DAMAGE as error:
        raise ItemRejected("The presentation is damaged: it cannot be read.", code="corrupt") from error
    return replace(head, blocks=tuple(_without_repeated(blocks)))


def _without_repeated(blocks: list[Block]) -> list[Block]:
    """The blocks without what stands on most slides: the organisation's name, set as a text and not as a footer."""
    pages = Counter(text for _, text in {(block.page, block.text) for block in blocks if block.kind != "heading"})
    fewest = max(_REPEATED, len({block.page for block in blocks}) / 2)
    return [block for block in blocks if pages[block.text] < fewest or block.kind in ("heading", "row")]


def _slide_blocks(slide: Any, page: int) -> Iterator[Block]:
    """The title, then everything else in the order in which it is read aloud."""
    shapes = list(_visible(slide.shapes))
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
    for shape in titles:
        if has_words(line := clean_line(shape.text_frame.text)):
            yield Block("heading", line, level=_TITLES[_placeholder(shape)], page=page)
    for shape in shapes:
        if shape not in titles and _placeholder(shape) not in _FRAME:
            yield from _shape_blocks(shape, page)


def _visible(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if shape._element._nvXxPr.cNvPr.get("hidden", "0") in ("1", "true"):
            continue
        if isinstance(shape, GroupShape):
            yield from _visible(shape.shapes)
        else:
            yield shape


def _placeholder(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _shape_blocks(shape: Any, page: int) -> Iterator[Block]:
    if shape.has_text_frame:
        yield from _paragraphs(shape, page)
    elif getattr(shape, "has_table", False) and shape.has_table:
        for row in shape.table.rows:
            cells = [clean_line(cell.text_frame.text) for cell in row.cells if not cell.is_spanned]
            if has_words(line := " | ".join(cell for cell in cells if cell)):
                yield Block("row", line, page=page)
    else:
        yield from _diagram(shape, page)


def _paragraphs(shape: Any, page: int) -> Iterator[Block]:
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if has_words(paragraph.text)]
    bulleted = _placeholder(shape) in _BULLETED and len(paragraphs) > 1
    for paragraph in paragraphs:
        line = clean_line(paragraph.text)
        if bullet := BULLET.match(line):
            yield Block("item", line[bullet.end() :].strip(), page=page)
        else:
            yield Block("item" if _is_item(paragraph, bulleted) else "paragraph", line, page=page)


def _is_item(paragraph: Any, bulleted: bool) -> bool:
    """Whether a paragraph has a bullet or number of its own, or its placeholder's, which nearly always has one."""
    properties = paragraph._p.pPr
    if properties is None:
        return bulleted
    if properties.find(qn("a:buNone")) is not None:
        return False
    return bulleted or any(properties.find(tag) is not None for tag in _BULLETS)


def _diagram(shape: Any, page: int) -> Iterator[Block]:
    """The entries of a SmartArt, which are kept in a part of their own."""
    for ids in shape._element.iter(f"{{{_DIAGRAM}}}relIds"):
        root = parse_xml(shape.part.related_part(ids.get(_DIAGRAM_DATA)).blob)
        for point in root.iter(f"{{{_DIAGRAM}}}t"):
            for paragraph in point.iter(qn("a:p")):
                line = clean_line("".join(text.text or "" for text in paragraph.iter(qn("a:t"))))
                if has_words(line):
                    yield Block("item", line, page=page)
