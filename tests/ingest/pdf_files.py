"""PDF files written by hand, for what no library would write."""

from __future__ import annotations

import zlib

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def raw_pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """The objects, numbered from 1, with a right table of their places. The first is the catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, item in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(data))
    return bytes(data) + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    head = b"<< /Length %d /Filter /FlateDecode %b >>" % (len(packed), entries)
    return b"%b\nstream\n%b\nendstream" % (head, packed)


def page_objects(content: bytes, *, resources: bytes = b"", entries: bytes = b"") -> list[bytes]:
    """Objects 1 to 5: catalogue, pages, one page of A4, its content, and Helvetica as /F1."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %b" % entries
    page += b" /Resources << /Font << /F1 5 0 R >> %b >> >>" % resources
    return [CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream(content), FONT]


def text(words: str, y: float, *, before: str = "", size: float = 12, x: float = 72) -> bytes:
    """Instructions that draw `words`; `before` sets colours and modes for them alone."""
    return f"q {before} BT /F1 {size} Tf {x} {y} Td ({words}) Tj ET Q\n".encode()
