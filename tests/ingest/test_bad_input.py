"""Each kind of bad file fails by itself, with a code and a sentence; the good one beside it is ingested."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from index.document import Audience
from index.index import Index
from index.library import Library
from index.scope import PUBLIC_ONLY
from ingest.files import LARGEST
from ingest.pipeline import ItemResult, ingest

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
GOOD = "The office in Portovento is open from Monday to Friday. Every service is free of charge.\n"


def pdf(*lines: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 20 * number, line)
    canvas.rect(100, 100, 200, 200)
    canvas.save()
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(GOOD))))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def docx() -> bytes:
    document = Document()
    document.add_paragraph(GOOD)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def archive(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return buffer.getvalue()


BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.txt", lambda: b"", "empty"),
    "blanks": ("a.txt", lambda: b" \r\n\t\n", "empty"),
    "only rules": ("a.md", lambda: b"---\n\n***\n", "empty"),
    "zeros": ("a.bin", lambda: b"\x00" * 500, "empty"),
    "random bytes": ("a.txt", lambda: bytes(range(256)) * 20, "binary"),
    "a program with few zeros": ("a.txt", lambda: b"\x7f\x01\x02\x00 some words of a program" * 3, "binary"),
    "an image": ("a.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "unsupported"),
    "an image called text": ("a.txt", lambda: b"\xff\xd8\xff\xe0" + bytes(100), "unsupported"),
    "a program's source": ("a.py", lambda: b"print('hello, this is a program')\n", "unsupported"),
    "data": ("a.json", lambda: b'{"a": 1}', "unsupported"),
    "rich text": ("a.rtf", lambda: b"{\\rtf1 Hello}", "unsupported"),
    "half a spreadsheet": ("a.xlsx", lambda: archive(xl__workbook_xml=b"<x/>"), "corrupt"),
    "half a presentation": ("a.pptx", lambda: archive(ppt__presentation_xml=b"<x/>"), "corrupt"),
    "half an e-book": ("a.epub", lambda: archive(**{"META-INF__container_xml": b"<x/>"}), "corrupt"),
    "an OpenDocument sheet": ("a.ods", lambda: archive(mimetype=ODS), "unsupported"),
    "a program in an archive": ("a.jar", lambda: archive(**{"META-INF__MANIFEST.MF": b"x: y"}), "unsupported"),
    "an archive without files": ("a.zip", archive, "empty"),
    "half an archive": ("a.zip", lambda: archive(readme=b"hello")[:30], "corrupt"),
    "old Word": ("a.doc", lambda: OLE + bytes(600), "unsupported"),
    "an Outlook message": ("a.msg", lambda: OLE + "__substg1.0_0037".encode("utf-16-le") + bytes(99), "unsupported"),
    "a mailbox": ("a", lambda: b"From a@b.org Mon Mar  4 09:00:00 2024\nFrom: a@b.org\n\nhello\n", "unsupported"),
    "locked Word": (
        "a.docx",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le") + bytes(99),
        "encrypted",
    ),
    "locked PDF": ("a.pdf", encrypted_pdf, "encrypted"),
    "half a PDF": ("a.pdf", lambda: pdf(GOOD)[:300], "corrupt"),
    "a PDF in name": ("a.pdf", lambda: GOOD.encode(), "corrupt"),
    "half a Word file": ("a.docx", lambda: docx()[:2000], "corrupt"),
    "a Word file in name": ("a.docx", lambda: GOOD.encode(), "corrupt"),
    "broken XML": ("a.docx", lambda: archive(word__document_xml=b"<w:document>"), "corrupt"),
    "a scan": ("a.pdf", pdf, "no_text"),
}


@pytest.mark.parametrize(("name", "make", "code"), BAD.values(), ids=BAD.keys())
def test_bad_file(
    tmp_path: Path, library: Library, index: Index, name: str, make: Callable[[], bytes], code: str
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / name).write_bytes(make())
    (folder / "good.txt").write_text(GOOD)
    report = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    assert (report.added, report.failed) == (1, 1)
    check_failure(report.items[0], code, tmp_path)
    assert report.items[1].uri == "docs/good.txt"


def check_failure(item: ItemResult, code: str, folder: Path) -> None:
    assert item.status == "failed"
    assert item.document_id is None
    assert item.error is not None
    assert item.error.code == code
    assert item.error.message.endswith(".")
    assert str(folder) not in item.error.message
    assert not item.uri.startswith("/")


def test_bad_paths(tmp_path: Path, library: Library, index: Index) -> None:
    (tmp_path / "hollow").mkdir()
    (tmp_path / "good.txt").write_text(GOOD)
    paths = [tmp_path / "missing.txt", tmp_path / "hollow", tmp_path / "good.txt", tmp_path / ("x" * 300)]
    report = ingest([*map(str, paths), "a\x00b", "", "\udcff"], lambda: index, library, audience=Audience.PUBLIC)
    assert [item.status for item in report.items] == ["failed", "failed", "added", *["failed"] * 4]
    codes = ["missing", "empty", "", "unreadable", "missing", "missing", "missing"]
    for item, code in zip(report.items, codes, strict=True):
        if code:
            assert item.error is not None
            assert item.error.code in {code, "unreadable"}
            check_failure(item, item.error.code, tmp_path)


def test_a_folder_that_may_be_listed_but_not_entered(
    tmp_path: Path, library: Library, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "docs"
    for file in ("closed/inside.txt", "good.txt"):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(GOOD)
    is_file = Path.is_file

    def refuse(path: Path) -> bool:
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    report = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    found = {(item.uri, item.error.code if item.error else item.status) for item in report.items}
    assert found == {("docs/closed/inside.txt", "unreadable"), ("docs/good.txt", "added")}


def test_the_library_itself_is_no_document(tmp_path: Path, library: Library, index: Index) -> None:
    (tmp_path / "good.txt").write_text(GOOD)
    report = ingest([str(tmp_path)], lambda: index, library, audience=Audience.PUBLIC)
    assert [item.status for item in report.items] == ["added"]


def test_advice_ends_the_sentence(tmp_path: Path, library: Library, index: Index) -> None:
    (tmp_path / "a.rtf").write_bytes(b"{\\rtf1 Hello}")
    error = ingest([str(tmp_path / "a.rtf")], lambda: index, library, audience=Audience.PUBLIC).items[0].error
    assert error is not None
    assert error.message == "The file is a Rich Text file, which is not supported; save it as DOCX or PDF."


def test_addresses_are_refused_with_a_word(library: Library, index: Index) -> None:
    report = ingest(["https://example.org/page"], lambda: index, library, audience=Audience.PUBLIC)
    assert report.items[0].error is not None
    assert report.items[0].error.code == "unsupported"
    assert report.items[0].uri == "https://example.org/page"


def test_unreadable(tmp_path: Path, library: Library, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked.txt").write_text(GOOD)

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    report = ingest([str(tmp_path / "locked.txt")], lambda: index, library, audience=Audience.PUBLIC)
    check_failure(report.items[0], "unreadable", tmp_path)


def test_too_large(tmp_path: Path, library: Library, index: Index) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(LARGEST + 1)
    report = ingest([str(tmp_path / "huge.txt")], lambda: index, library, audience=Audience.PUBLIC)
    check_failure(report.items[0], "too_large", tmp_path)


def test_a_word_file_that_unpacks_without_end(tmp_path: Path, library: Library, index: Index) -> None:
    bomb = archive(word__document_xml=b" " * (101 * 1024 * 1024))
    (tmp_path / "bomb.docx").write_bytes(bomb)
    report = ingest([str(tmp_path / "bomb.docx")], lambda: index, library, audience=Audience.PUBLIC)
    check_failure(report.items[0], "too_large", tmp_path)


WEB_PAGE = f"<!doctype html><html><body><h1>Office</h1><p>{GOOD}</p><p style='display:none'>HIDDEN</p></body></html>"
DISGUISED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a web page called PDF": ("a.pdf", WEB_PAGE.encode),
    "a web page called Word": ("a.docx", WEB_PAGE.encode),
    "a Word file called an old one": ("a.doc", docx),
    "a Word file called text": ("a.txt", docx),
    "a PDF called Word": ("a.docx", lambda: pdf(GOOD.strip())),
    "a text with a zero in it": ("a.txt", lambda: (GOOD * 3 + "The off\x00ice is closed.").encode()),
    "a text with marks in it": ("a.txt", lambda: f"\ufeff{GOOD}\ufeff\n".encode()),
    "a text with half a character": ("a.md", lambda: GOOD.encode() + b"\xed\xa0\x80\n"),
}


@pytest.mark.parametrize(("name", "make"), DISGUISED.values(), ids=DISGUISED.keys())
def test_a_file_is_what_its_content_says(
    tmp_path: Path, library: Library, index: Index, name: str, make: Callable[[], bytes]
) -> None:
    (tmp_path / name).write_bytes(make())
    report = ingest([str(tmp_path / name)], lambda: index, library, audience=Audience.PUBLIC)
    assert (report.added, report.failed) == (1, 0)
    text = library.document(str(report.items[0].document_id), PUBLIC_ONLY).text
    assert GOOD.strip() in " ".join(text.split())
    assert "HIDDEN" not in text
    assert text.replace("\n", "").isprintable()


def test_the_same_bytes_twice_are_one_document(tmp_path: Path, library: Library, index: Index) -> None:
    (tmp_path / "a.txt").write_text(GOOD)
    reports = [ingest([str(tmp_path / "a.txt")], lambda: index, library, audience=Audience.PUBLIC) for _ in range(2)]
    assert [report.items[0].status for report in reports] == ["added", "unchanged"]
    assert len({report.items[0].document_id for report in reports}) == 1


def test_hostile_names_can_be_shown(tmp_path: Path, library: Library, index: Index) -> None:
    name = "\u202ertl\u200b\n<img onerror=x>.txt"
    (tmp_path / name).write_text(GOOD)
    report = ingest([str(tmp_path / name)], lambda: index, library, audience=Audience.PUBLIC)
    assert report.added == 1
    assert report.items[0].uri.isprintable()


def test_every_public_file_that_breaks_readers_is_survived(shared_data: Path, library: Library, index: Index) -> None:
    folder = shared_data / "robustness"
    files = sorted(
        path for path in folder.rglob("*") if path.suffix in {".pdf", ".docx"} and path.stat().st_size < 60_000
    )
    report = ingest([str(path) for path in files[::6]], lambda: index, library, audience=Audience.PUBLIC)
    assert {item.error.code for item in report.items if item.error} <= {"no_text", "empty", "corrupt", "encrypted"}
    assert report.added > 10
