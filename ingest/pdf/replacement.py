"""Text that a PDF gives in place of what it draws (`ActualText`), which PDFium would read instead of the letters.

It is meant for ligatures, hyphens and letters drawn in another order. Anything longer can say what no one sees.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any

import pypdfium2.raw as pdfium

_KEY = b"ActualText"
_LONGEST = 6  # UTF-16 units: a cluster of Indic letters or a ligature; longer than 2 was none of 389 public files'


def drop_replacements(objects: Iterable[Any]) -> None:
    """Make PDFium read the letters of these text objects, where their replacement is too long to be one.

    Takes effect on text pages that are made afterwards.
    """
    for item in objects:
        for number in range(pdfium.FPDFPageObj_CountMarks(item)):
            mark = pdfium.FPDFPageObj_GetMark(item, number)
            size = ctypes.c_ulong()
            is_stated = pdfium.FPDFPageObjMark_GetParamStringValue(mark, _KEY, None, 0, size)
            if is_stated and size.value > 2 * (_LONGEST + 1):  # bytes, with the two that end it
                pdfium.FPDFPageObjMark_RemoveParam(item, mark, _KEY)
