"""A page of a PDF as a picture, with the words of a quote marked."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from index.errors import ItemRejected
from ingest.pdf.document import open_pdf
from ingest.pdf.locating import Box, located

_MOST_PIXELS = 8_000_000
_LONGEST = 8_000  # pixels of a side; WebP has at most 16,383
_MARK = (255, 226, 110)  # as on the pages: black letters stay black under it
_QUALITY = 55  # of 100, at which letters of 8 points can be read
_COLOURS = 24
_EFFORT = 60  # of 100
_MARGIN = 2  # pixels


def page_picture(data: bytes, number: int, quote: str, width: int) -> tuple[bytes, int]:
    """The page as WebP, about `width` pixels wide, and how many places of the quote are marked on it.

    Pages count from 1. Raises ItemRejected as `open_pdf` does, and `no_page`.
    """
    with open_pdf(data) as document:
        if not 1 <= number <= len(document):
            raise ItemRejected("The PDF has no such page.", code="no_page")
        try:
            page = document[number - 1]
        except pypdfium2.PdfiumError as error:
            raise ItemRejected("The page is damaged.", code="corrupt") from error
        across, down = page.get_size()
        if across <= 0 or down <= 0:
            raise ItemRejected("The page has no size.", code="corrupt")
        scale = min(width / across, _LONGEST / max(across, down), (_MOST_PIXELS / (across * down)) ** 0.5)
        bitmap = page.render(scale=scale)
        drawn = bitmap.to_pil().convert("RGB")
        boxes = located(page, quote, drawn.width, drawn.height) if quote else []
        bitmap.close()
        page.close()
    return _written(_marked(drawn, boxes)), len(boxes)


def _written(picture: Image.Image) -> bytes:
    """Whichever is smaller: printed pages are in a few colours, photographs are not."""
    few, many = io.BytesIO(), io.BytesIO()
    plain = picture.quantize(_COLOURS, dither=Image.Dither.NONE).convert("RGB")
    plain.save(few, "WEBP", lossless=True, quality=_EFFORT, method=4)
    picture.save(many, "WEBP", quality=_QUALITY, method=4)
    return min(few.getvalue(), many.getvalue(), key=len)


def _marked(drawn: Image.Image, boxes: list[Box]) -> Image.Image:
    if not boxes:
        return drawn
    marks = Image.new("RGB", drawn.size, "white")
    pen = ImageDraw.Draw(marks)
    for box in boxes:
        pen.rectangle((box.left - _MARGIN, box.top, box.right + _MARGIN, box.bottom), fill=_MARK)
    return ImageChops.multiply(drawn, marks)
