"""Which runs of a Word document no one sees: hidden by its marks, white on white, or too small to read."""

from __future__ import annotations

from docx.oxml.ns import qn
from lxml import etree

_SMALLEST = 3  # half points; the same one and a half points as in PDFs
_WHITE = 0xF4  # of 255, from which every colour of a letter on white paper is too pale to see
_NO = frozenset({"0", "false", "off", "none"})
_PLAIN = frozenset({"auto", "FFFFFF", "ffffff", ""})


def is_hidden(run: etree._Element) -> bool:
    """Whether a `w:r` says by itself that it is not to be seen."""
    look = run.find(qn("w:rPr"))
    if look is None:
        return False
    for name in ("w:vanish", "w:webHidden"):
        mark = look.find(qn(name))
        if mark is not None and mark.get(qn("w:val"), "1") not in _NO:
            return True
    size = look.find(qn("w:sz"))
    if size is not None and (points := size.get(qn("w:val"), "")).isdigit() and int(points) < _SMALLEST:
        return True
    colour = look.find(qn("w:color"))
    return colour is not None and _is_white(colour.get(qn("w:val"), "")) and not _is_shaded(run, look)


def _is_white(value: str) -> bool:
    try:
        return len(value) == 6 and min(bytes.fromhex(value)) >= _WHITE
    except ValueError:
        return False


def _is_shaded(run: etree._Element, look: etree._Element) -> bool:
    """Whether the letters stand on a colour: their own, their paragraph's, their cell's or a text box's."""
    if look.find(qn("w:highlight")) is not None:
        return True
    places = [look]
    for above in run.iterancestors(qn("w:p"), qn("w:tc"), qn("w:tr"), qn("w:tbl"), qn("w:txbxContent")):
        if above.tag == qn("w:txbxContent"):
            return True
        places.extend(above.iterchildren(qn("w:pPr"), qn("w:tcPr"), qn("w:tblPr")))
    fills = [shade.get(qn("w:fill"), "auto") for place in places for shade in place.iterchildren(qn("w:shd"))]
    is_styled = any(place.find(qn("w:tblStyle")) is not None for place in places)  # which may colour rows
    return is_styled or any(fill not in _PLAIN for fill in fills)
