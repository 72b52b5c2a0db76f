"""PDFs: what is seen is read and what is hidden is not, passwords, scans, and files made to do harm."""

from __future__ import annotations

import io
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdfium2 import PdfDocument
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.errors import ItemRejected
from ingest.block import Reading
from ingest.limits import MOST_PAGES
from ingest.options import ReadOptions
from ingest.readers import read
from tests.ingest.pdf_files import CATALOG, FONT, page_objects, raw_pdf, stream, text

SEEN = "The office in Portovento is open on Monday."


def words(reading: Reading) -> str:
    return " ".join(block.text for block in reading.blocks)


def rejection(data: bytes, options: ReadOptions = ReadOptions()) -> str:
    with pytest.raises(ItemRejected) as caught:
        read(data, "a.pdf", options)
    assert caught.value.message.endswith(".")
    return caught.value.code


HIDDEN: dict[str, bytes] = {
    "unpainted": text("HIDDEN words", 700, before="3 Tr"),
    "only a clip": text("HIDDEN words", 700, before="7 Tr"),
    "white on white": text("HIDDEN words", 700, before="1 g"),
    "almost white": text("HIDDEN words", 700, before=".98 g"),
    "white on white over a line": text("HIDDEN words", 700, before="0 0 0 RG 60 703 m 300 703 l S 1 g"),
    "white on white under a line": text("HIDDEN words", 700, before="1 g") + b"60 703 m 300 703 l S\n",
    "black on black": b"0 g 60 690 300 30 re f\n" + text("HIDDEN words", 700),
    "tiny": text("HIDDEN words", 700, size=0.5),
    "scaled down": text("HIDDEN words", 70_000, x=7_200, before=".01 0 0 .01 0 0 cm"),
    "left of the page": text("HIDDEN words", 700, x=-900),
    "above the page": text("HIDDEN words", 2_000),
    "covered": text("HIDDEN words", 700) + b"1 g 60 690 300 30 re f\n",
    "covered in black": text("HIDDEN words", 700) + b"0 g 60 690 300 30 re f\n",
    "clipped away": text("HIDDEN words", 700, before="0 0 10 10 re W n"),
    "transparent": text("HIDDEN words", 700, before="/G0 gs"),
    "a layer switched off": b"/OC /off BDC " + text("HIDDEN words", 700) + b"EMC\n",
}
APART = b"/Type /XObject /Subtype /Form /BBox [0 0 300 20] /Resources << /Font << /F1 5 0 R >> >>"
NOTE = b"/Type /Annot /Rect [72 600 372 620] /F 4 /T (HIDDEN words) /Contents (HIDDEN words)"
BESIDE: dict[str, tuple[bytes, list[bytes]]] = {
    "a comment": (b"", [b"<< %b /Subtype /Text >>" % NOTE]),
    "a comment in a box": (
        b"",
        [b"<< %b /Subtype /FreeText /AP << /N 7 0 R >> >>" % NOTE, stream(text("HIDDEN words", 5, x=2), APART)],
    ),
    "a picture's description": (b"/Figure << /Alt (HIDDEN words) /MCID 0 >> BDC 9 9 9 9 re f EMC\n", []),
    "a description of letters": (b"/Span << /Alt (HIDDEN words) >> BDC " + text("SHOWN", 700) + b"EMC\n", []),
    "other words for letters": (b"/Span << /ActualText (HIDDEN words) >> BDC " + text("SHOWN", 700) + b"EMC\n", []),
}
SHOWN: dict[str, bytes] = {
    "white on black": b"0 g 60 690 300 30 re f\n" + text("SHOWN words", 700, before="1 g"),
    "small and grey": text("SHOWN words", 700, before=".6 g", size=6),
    "only outlined": text("SHOWN words", 700, before="1 Tr"),
    "half transparent": text("SHOWN words", 700, before="/G1 gs"),
    "a layer switched on": b"/OC /on BDC " + text("SHOWN words", 700) + b"EMC\n",
    "slanting": text("SHOWN words", 0, x=0, before=".8 .6 -.6 .8 100 300 cm"),
    "upside down": text("SHOWN words", -700, x=-300, before="-1 0 0 -1 0 0 cm"),
}


def page_with(content: bytes, entries: bytes = b"") -> bytes:
    states = b"/ExtGState << /G0 << /ca 0 /CA 0 >> /G1 << /ca .5 >> >>"
    layers = b"/Properties << /off 6 0 R /on 7 0 R >>"
    objects = page_objects(text(SEEN, 760) + content, resources=states + layers, entries=entries)
    off_on = b"/OCProperties << /OCGs [6 0 R 7 0 R] /D << /OFF [6 0 R] >> >>"
    objects[0] = CATALOG.replace(b"/Pages", off_on + b" /Pages")
    return raw_pdf([*objects, b"<< /Type /OCG /Name (off) >>", b"<< /Type /OCG /Name (on) >>"])


@pytest.mark.parametrize("content", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("turn", [0, 90])
def test_hidden_text_is_not_read(content: bytes, turn: int) -> None:
    found = words(read(page_with(content, b"/Rotate %d" % turn), "a.pdf"))
    assert SEEN in found
    assert "HIDDEN" not in found


@pytest.mark.parametrize(("content", "more"), BESIDE.values(), ids=BESIDE.keys())
def test_what_stands_beside_the_text_is_not_read(content: bytes, more: list[bytes]) -> None:
    entries = b"/Annots [6 0 R]" if more else b""
    found = words(read(raw_pdf([*page_objects(text(SEEN, 760) + content, entries=entries), *more]), "a.pdf"))
    assert found == f"{SEEN} SHOWN" if b"SHOWN" in content else found == SEEN


def test_a_ligature_says_which_letters_it_is() -> None:
    content = text(SEEN, 760) + b"/Span << /ActualText (ffi) >> BDC " + text("X", 700) + b"EMC\n"
    assert words(read(raw_pdf(page_objects(content)), "a.pdf")) == f"{SEEN} ffi"


def test_characters_no_one_sees() -> None:
    """A font that says its Z is a zero-width space, its Y a turn of direction and its X a tag that spells an H."""
    objects = page_objects(text("The ofZfice is oXXXYpen on Monday.", 760))
    names = b"3 beginbfchar <5A> <200B> <58> <DB40DC48> <59> <202E> endbfchar"
    space = b"1 begincodespacerange <00> <FF> endcodespacerange"
    objects[4] = FONT.replace(b">>", b"/ToUnicode 6 0 R >>")
    named = stream(b"12 dict begin begincmap %b %b endcmap end" % (space, names))
    assert words(read(raw_pdf([*objects, named]), "a.pdf")) == "The office is open on Monday."


@pytest.mark.parametrize("content", SHOWN.values(), ids=SHOWN.keys())
@pytest.mark.parametrize("turn", [0, 90])
def test_unusual_but_visible_text_is_read(content: bytes, turn: int) -> None:
    assert "SHOWN words" in words(read(page_with(content, b"/Rotate %d" % turn), "a.pdf"))


def test_the_recognised_text_of_a_scan_is_kept() -> None:
    """It lies unseen over the picture of the page; without such a picture it would be hidden text."""
    picture = stream(b"\xee" * 100 * 140, b"/Type /XObject /Subtype /Image /Width 100 /Height 140 "
                     b"/ColorSpace /DeviceGray /BitsPerComponent 8")  # fmt: skip
    drawn = b"q 595 0 0 842 0 0 cm /Im Do Q\n"
    layer = text("Recognised words of an old letter", 700, before="3 Tr")
    for content, kept in ((drawn + layer, True), (drawn.replace(b"595", b"200") + layer, False)):
        objects = page_objects(text(SEEN, 760) + content, resources=b"/XObject << /Im 6 0 R >>")
        assert ("Recognised" in words(read(raw_pdf([*objects, picture]), "a.pdf"))) is kept


def locked(user: str, owner: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(page_with(b""))))
    writer.encrypt(user, owner, algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_passwords(algorithm: str) -> None:
    data = locked("pässwört", "owner", algorithm) if algorithm == "AES-256" else locked("user", "owner", algorithm)
    assert rejection(data) == "encrypted"
    assert rejection(data, ReadOptions(passwords=("wrong", ""))) == "encrypted"
    assert SEEN in words(read(data, "a.pdf", ReadOptions(passwords=("wrong", "user", "pässwört"))))
    assert SEEN in words(read(locked("", "owner", algorithm), "a.pdf"))


def test_public_files_open_with_their_passwords(shared_data: Path) -> None:
    folder = shared_data / "robustness"
    opened = 0
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        password = next((tag[9:] for tag in entry["tags"] if tag.startswith("password=")), None)
        if password is not None:
            data = (folder / entry["path"]).read_bytes()
            assert rejection(data) == "encrypted"
            assert words(read(data, "a.pdf", ReadOptions(passwords=(password,))))
            opened += 1
    assert opened >= 4


def scan() -> bytes:
    """Two pages as pictures alone; the first has text on it, the second a frame."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 200))
    with PdfDocument(raw_pdf(page_objects(text(SEEN, 780, size=16, x=20)))) as document:
        picture = document[0].render(scale=3, crop=(0, 642, 195, 0)).to_pil()
    canvas.drawImage(ImageReader(picture), 0, 0, 400, 200)
    canvas.showPage()
    canvas.rect(100, 100, 200, 50)
    canvas.save()
    return buffer.getvalue()


def test_a_scan_has_no_text_unless_recognition_is_asked_for() -> None:
    assert rejection(scan()) == "no_text"


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scan_is_recognised() -> None:
    reading = read(scan(), "a.pdf", ReadOptions(ocr_languages=("eng",)))
    assert [(block.text, block.page) for block in reading.blocks] == [(SEEN, 1)]
    assert rejection(scan(), ReadOptions(ocr_languages=("eng", "xyz"))) == "ocr_unavailable"


def test_recognition_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rejection(scan(), ReadOptions(ocr_languages=("--psm",))) == "ocr_unavailable"
    monkeypatch.setenv("PATH", "")
    assert rejection(scan(), ReadOptions(ocr_languages=("eng",))) == "ocr_unavailable"


def circular_prev() -> bytes:
    plain = raw_pdf(page_objects(text(SEEN, 700)))
    return raw_pdf(page_objects(text(SEEN, 700)), b"/Prev %d" % plain.rfind(b"xref\n0"))


def page_cycle() -> bytes:
    objects = page_objects(text(SEEN, 700))
    objects[1] = b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"
    return raw_pdf(objects)


def only_a_page_cycle() -> bytes:
    objects = page_objects(text(SEEN, 700))
    objects[1] = b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    return raw_pdf(objects)


def deep_outline() -> bytes:
    """50,000 entries, each the child of the one before."""
    first, count = 7, 50_000
    objects = page_objects(text(SEEN, 700))
    objects[0] = CATALOG.replace(b"/Pages", b"/Outlines 6 0 R /Pages")
    objects.append(b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count 1 >>" % (first, first))
    entry = b"<< /Title (entry) /Parent %d 0 R /First %d 0 R /Last %d 0 R /Count 1 >>"
    objects += [entry % (at - 1, at + 1, at + 1) for at in range(first, first + count)]
    return raw_pdf([*objects, b"<< /Title (last) >>"])


def million_operators() -> bytes:
    return raw_pdf(page_objects(b"BT /F1 12 Tf 72 700 Td " + b"(a) Tj " * 3_000_000 + b"ET"))


def flate_bomb() -> bytes:
    return raw_pdf(page_objects(text(SEEN, 700) + b" " * 200_000_000))


def many_pages() -> bytes:
    objects = page_objects(text(SEEN, 700))
    objects[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * (MOST_PAGES + 1), MOST_PAGES + 1)
    return raw_pdf(objects)


def half() -> bytes:
    data = raw_pdf(page_objects(text(SEEN, 700)))
    return data[: len(data) // 2]


HOSTILE: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "a table that names itself the one before": (circular_prev, None),
    "pages that hold themselves": (page_cycle, None),
    "nothing but pages that hold themselves": (only_a_page_cycle, "corrupt"),
    "an outline 50,000 deep": (deep_outline, None),
    "three million operators": (million_operators, "too_large"),
    "200 MB of spaces": (flate_bomb, "too_large"),
    "too many pages": (many_pages, "too_large"),
    "half a file": (half, "corrupt"),
    "no objects": (lambda: b"%PDF-1.7\n", "corrupt"),
}


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_end_soon(make: Callable[[], bytes], code: str | None) -> None:
    data = make()
    started = time.monotonic()
    if code:
        assert rejection(data) == code
    else:
        assert SEEN in words(read(data, "a.pdf"))
    assert time.monotonic() - started < 10


def test_a_page_with_more_text_than_fits_on_paper_is_refused() -> None:
    """Written plainly, so that nothing tells before PDFium has read it."""
    lines = b"".join(b"(%d lines of text) Tj T* " % number for number in range(40_000))
    objects = page_objects(b"")
    content = b"BT /F1 1 Tf 72 700 Td " + lines + b"ET"
    objects[3] = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
    assert rejection(raw_pdf(objects)) == "too_large"
