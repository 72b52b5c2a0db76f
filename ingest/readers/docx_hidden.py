"""What of a Word document no one sees: hidden by its marks or style, white on white, too small, or beside the page."""

from __future__ import annotations

import re

from docx.oxml.ns import qn
from lxml import etree

from ingest.readers.docx_styles import Look, has_fill

_SMALLEST = 3  # half points; the same one and a half points as in PDFs
_WHITE = 0xF4  # of 255, from which every colour of a letter on white paper is too pale to see
_NO = frozenset({"0", "false", "off", "none"})
_FAR = 12 * 1440  # twentieths of a point: a foot to the left, off any page that is printed
_FAR_SHAPE = 12 * 914_400  # the same in the units of drawings
_FAR_STYLE = re.compile(r"(?:margin-left|left|margin-top|top)\s*:\s*-\s*(\d{4,})", re.I)  # points
_VAL = qn("w:val")
_PLACES = tuple(map(qn, ("w:p", "w:tc", "w:tr", "w:tbl", "w:txbxContent")))
_BOX = qn("w:txbxContent")
_PROPERTIES = tuple(map(qn, ("w:pPr", "w:tcPr", "w:tblPr")))
_STYLED = qn("w:tblStyle")
_PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def is_hidden(run: etree._Element, look: Look) -> bool:
    """Whether a `w:r` is not to be seen, given the look that it and its styles have."""
    if look.vanishes or (look.size is not None and look.size < _SMALLEST):
        return True
    return look.colour is not None and _is_white(look.colour) and not look.is_shaded and not _stands_on_colour(run)


def is_hidden_row(row: etree._Element) -> bool:
    """Whether a `w:tr` is marked as hidden."""
    marks = row.find(qn("w:trPr"))
    mark = None if marks is None else marks.find(qn("w:hidden"))
    return mark is not None and mark.get(_VAL, "1") not in _NO


def is_beside_page(marks: etree._Element | None) -> bool:
    """Whether a `w:pPr` sets its paragraph to the left of the paper."""
    if marks is None:
        return False
    indent, frame = marks.find(qn("w:ind")), marks.find(qn("w:framePr"))
    values = [] if indent is None else [indent.get(qn(name), "0") for name in ("w:left", "w:start")]
    values += [] if frame is None else [frame.get(qn(name), "0") for name in ("w:x", "w:y")]
    return any(_number(value) < -_FAR for value in values)


def is_unseen_box(box: etree._Element) -> bool:
    """Whether a `w:txbxContent` belongs to a shape that is marked as hidden or placed beside the paper."""
    for above in box.iterancestors():
        if above.tag in (f"{_PLACED}anchor", f"{_PLACED}inline"):
            shape = above.find(f"{_PLACED}docPr")
            offsets = [_number(offset.text) for offset in above.iter(f"{_PLACED}posOffset")]
            is_marked = shape is not None and shape.get("hidden", "0") not in _NO
            return is_marked or any(offset < -_FAR_SHAPE for offset in offsets)
        style = above.get("style", "")
        if "visibility:hidden" in style.replace(" ", "").lower() or _FAR_STYLE.search(style):
            return True
    return False


def _number(value: str | None) -> float:
    try:
        return float(value or 0)
    except ValueError:
        return 0


def _is_white(value: str) -> bool:
    try:
        return len(value) == 6 and min(bytes.fromhex(value)) >= _WHITE
    except ValueError:
        return False


def _stands_on_colour(run: etree._Element) -> bool:
    """Whether the letters stand on a colour of their paragraph, their cell or a text box."""
    places: list[etree._Element] = []
    for above in run.iterancestors(*_PLACES):
        if above.tag == _BOX:
            return True
        places.extend(above.iterchildren(*_PROPERTIES))
    is_styled = any(place.find(_STYLED) is not None for place in places)  # which may colour rows
    return is_styled or any(map(has_fill, places))
