"""The rows of a Word document's table, read from its XML: python-docx looks a merged cell up row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docx.oxml.ns import qn
from lxml import etree

from ingest.readers.docx_hidden import is_hidden_row, is_unseen_box
from ingest.readers.docx_text import FALLBACK, NEW_PAGE

_ROW, _CELL, _MARKS, _SPAN, _MERGE = map(qn, ("w:tr", "w:tc", "w:tcPr", "w:gridSpan", "w:vMerge"))
_BEFORE, _ROW_MARKS, _VAL = map(qn, ("w:gridBefore", "w:trPr", "w:val"))
_PARAGRAPH, _BOX = map(qn, ("w:p", "w:txbxContent"))
_TRANSPARENT = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins")))
_MOST_COLUMNS = 63  # of a table in Word


def table_rows(table: etree._Element, text: Callable[[etree._Element], str]) -> Iterator[list[str]]:
    """The texts of each visible row's cells; one that reaches over several rows is repeated, a nested table belongs to
    its cell. `text` gives that of a `w:p`."""
    above: dict[int, str] = {}
    for row in _children(table, _ROW):
        if is_hidden_row(row):
            continue
        column = _number(row.find(_ROW_MARKS), _BEFORE, 0)
        cells: dict[int, str] = {}
        for cell in _children(row, _CELL):
            marks = cell.find(_MARKS)
            merge = None if marks is None else marks.find(_MERGE)
            if merge is not None and merge.get(_VAL, "continue") == "continue" and column in above:
                cells[column] = above[column]
            else:
                cells[column] = " ".join(text(paragraph) for paragraph in _paragraphs(cell))
            column += _number(marks, _SPAN, 1)
        yield list(cells.values())
        above = {column: cell.replace(NEW_PAGE, "") for column, cell in cells.items()}


def _paragraphs(cell: etree._Element) -> Iterator[etree._Element]:
    for paragraph in cell.iter(_PARAGRAPH):
        boxes = paragraph.iterancestors(FALLBACK, _BOX)
        if any(box.tag == FALLBACK or is_unseen_box(box) for box in boxes):
            continue
        if not is_hidden_row(next(paragraph.iterancestors(_ROW))):
            yield paragraph


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Those of one tag, also inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _children(child, tag)


def _number(marks: etree._Element | None, tag: str, usual: int) -> int:
    mark = None if marks is None else marks.find(tag)
    value = "" if mark is None else mark.get(_VAL, "")
    return min(int(value), _MOST_COLUMNS) if value.isascii() and value.isdigit() and len(value) < 5 else usual
