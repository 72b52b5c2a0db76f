"""Which text of a page a person would see. What no one sees must never be found, quoted or obeyed.

The page is drawn twice, with its text and without: text that changes no pixel is hidden, whether it is white on white,
covered, clipped away, off the page, transparent, or on a layer that is switched off. Tiny text and text drawn in no
colour at all are told by their instructions. The one exception are scans: their recognised text lies unseen over or
under a picture of the whole page, so it is kept where pictures cover most of the page.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

SMALLEST: Final = 1.5
"""Points of the smallest text that counts; print is read from about 4 points on."""

_SCAN = 0.7  # share of the page that pictures cover from which it is a scan
_CONTRAST = 12  # of 255: what a thin grey letter still changes in the coarse drawing; #f4f4f4 on white changes 11
_INK = 0.09  # of the box, which letters must change; seen ones changed 0.13 and more in every file tried
_LONGEST_SIDE = 1_000  # pixels of the drawing; a page of A4 takes 842 at one pixel for each point
_LARGEST_IMAGE = 64_000_000  # pixels of a picture that is still drawn
_DEPTH = 15  # of forms inside forms, as in PDFium's own helpers
_UNPAINTED = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_LATIN_END = 0x100  # letters from it on, in a font that is not in the file, may have no shape on this machine

Mask = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of text as drawn: its object in PDFium, its letters, its size and its box in points."""

    handle: Any
    text: str
    size: float
    box: Box
    is_slanting: bool = False
    """Its box is then mostly empty."""


class Visibility:
    """Judges the text of one page."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        self._frame: Box = page.get_bbox()
        objects = list(_objects(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject))
        self.texts = [item for kind, item in objects if kind == pdfium.FPDF_PAGEOBJ_TEXT]
        self._images = [item for kind, item in objects if kind == pdfium.FPDF_PAGEOBJ_IMAGE]
        self.is_scan = _covered(self._images, self._frame) >= _SCAN
        self._changes: Mask | None = None

    def shown(self, pieces: Sequence[Drawn]) -> list[bool]:
        """For each piece whether it can be seen."""
        return [self._is_shown(piece) for piece in pieces]

    def _is_shown(self, piece: Drawn) -> bool:
        if piece.size < SMALLEST or _outside(piece.box, self._frame):
            return False
        if self.is_scan:
            return True
        if pdfium.FPDFTextObj_GetTextRenderMode(piece.handle) in _UNPAINTED:
            return False
        if self._changes is None:
            self._changes = self._draw()
        left, top, right, bottom = self._place(piece.box)
        area = self._changes[top : bottom + 1, left : right + 1]
        changed = np.count_nonzero(area) / max(1, area.size)
        is_measured = any(character.isalnum() for character in piece.text) and not piece.is_slanting
        least = _INK if is_measured else 0.0
        return bool(changed > least) or _has_no_shape(piece)

    def _draw(self) -> Mask:
        """Which pixels of the page its text changes."""
        large = [image for image in self._images if _pixels(image) > _LARGEST_IMAGE]
        with_text = self._render_without(large)
        without_text = self._render_without([*large, *self.texts])
        first, second = with_text.to_numpy(), without_text.to_numpy()
        differs = np.maximum(first, second) - np.minimum(first, second) >= _CONTRAST
        with_text.close()
        without_text.close()
        # Four truth values, of the colours and one byte unused, are looked at as one number: many times faster.
        changes: Mask = np.ascontiguousarray(differs).view(np.uint32)[:, :, 0] != 0
        return changes

    def _render_without(self, objects: Iterable[Any]) -> pypdfium2.PdfBitmap:
        left_out = list(objects)
        for item in left_out:
            pdfium.FPDFPageObj_SetIsActive(item, False)
        bitmap = self._page.render(scale=self._scale(), prefer_bgrx=True, draw_annots=False, may_draw_forms=False)
        for item in left_out:
            pdfium.FPDFPageObj_SetIsActive(item, True)
        return bitmap

    def _scale(self) -> float:
        width, height = self._page.get_size()
        return min(1.0, _LONGEST_SIDE / max(float(width), float(height), 1.0))

    def _place(self, box: Box) -> tuple[int, int, int, int]:
        """The box's pixels: left, top, right and bottom, within the drawing."""
        width, height = (max(1, int(np.ceil(side * self._scale()))) for side in self._page.get_size())
        x, y = ctypes.c_int(), ctypes.c_int()
        corners = []
        for across, up in ((box[0], box[1]), (box[2], box[3])):
            pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, width, height, 0, across, up, x, y)
            corners.append((min(max(x.value, 0), width - 1), min(max(y.value, 0), height - 1)))
        (x0, y0), (x1, y1) = corners
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _objects(parent: Any, count: Any, get: Any, depth: int = 0) -> Iterator[tuple[int, Any]]:
    for number in range(count(parent)):
        item = get(parent, number)
        kind = pdfium.FPDFPageObj_GetType(item)
        yield kind, item
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            yield from _objects(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth + 1)


def _bounds(item: Any) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _covered(images: Sequence[Any], frame: Box) -> float:
    """Share of the page under pictures; scans come as one or in strips, which do not overlap."""
    area = (frame[2] - frame[0]) * (frame[3] - frame[1])
    inside = 0.0
    for left, bottom, right, top in map(_bounds, images):
        width, height = min(right, frame[2]) - max(left, frame[0]), min(top, frame[3]) - max(bottom, frame[1])
        inside += max(0.0, width) * max(0.0, height)
    return inside / area if area > 0 else 0.0


def _pixels(image: Any) -> int:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
    return width.value * height.value


def _outside(box: Box, frame: Box) -> bool:
    return box[2] <= frame[0] or box[0] >= frame[2] or box[3] <= frame[1] or box[1] >= frame[3]


def _has_no_shape(piece: Drawn) -> bool:
    """Whether the machine's fonts, not the page, may be why nothing was drawn; such text is only dark on light."""
    if all(ord(character) < _LATIN_END for character in piece.text):
        return False
    if pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(piece.handle)):
        return False
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(piece.handle, red, green, blue, alpha)
    return alpha.value > _CONTRAST and min(red.value, green.value, blue.value) < 255 - 5 * _CONTRAST
