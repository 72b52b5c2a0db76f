"""Packages made to harm: nothing is expanded, fetched or written, and what they unpack to is counted for real."""

from __future__ import annotations

import io
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from index.errors import ItemRejected
from ingest.readers import read
from tests.ingest import made_files as made

WORDS = "The office in Portovento is open from Monday to Friday."
MEGABYTE = 1024 * 1024
MAIN_PARTS = {"docx": "word/document.xml", "pptx": "ppt/slides/slide1.xml", "xlsx": "xl/worksheets/sheet1.xml"}
FILES: dict[str, Callable[[], bytes]] = {
    "docx": lambda: made.docx(WORDS),
    "pptx": lambda: made.pptx(made.fill_slides),
    "xlsx": lambda: made.xlsx(made.fill_offices),
    "odt": made.odt,
    "epub": made.epub,
}
MAIN = {**MAIN_PARTS, "odt": "content.xml", "epub": "OPS/book.opf"}


def rejection(data: bytes, name: str = "a") -> str:
    with pytest.raises(ItemRejected) as caught:
        read(data, name)
    return caught.value.code


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    assert name in zipfile.ZipFile(io.BytesIO(data)).namelist()
    return made.changed(data, lambda entry, held: part if entry == name else held)


def understated(data: bytes, name: str, size: int, check_sum: int | None = None) -> bytes:
    """The package with another unpacked size, and perhaps check sum, in both headers of one entry."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(name)
    old = struct.pack("<LLL", entry.CRC, entry.compress_size, entry.file_size)
    new = struct.pack("<LLL", entry.CRC if check_sum is None else check_sum, entry.compress_size, size)
    assert data.count(old) == 2
    return data.replace(old, new)


def test_a_small_file_with_200_megabytes_of_xml() -> None:
    bomb = with_part(FILES["docx"](), MAIN["docx"], b"<a>" + b" " * (200 * MEGABYTE))
    assert len(bomb) < 430_000
    for name in ("a.doc", "a.txt"):
        assert rejection(bomb, name) == "too_large"


@pytest.mark.parametrize("kind", FILES)
def test_every_package_is_counted(kind: str) -> None:
    data = FILES[kind]()
    assert rejection(with_part(data, MAIN[kind], b" " * (33 * MEGABYTE))) == "too_large"


def test_what_is_no_xml_is_counted_too() -> None:
    with zipfile.ZipFile(buffer := io.BytesIO(FILES["docx"]()), "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("word/media/picture.bin", b"\x00" * (101 * MEGABYTE))
    assert rejection(buffer.getvalue()) == "too_large"


@pytest.mark.parametrize("kind", FILES)
def test_headers_that_understate_the_size(kind: str) -> None:
    data = with_part(FILES[kind](), MAIN[kind], b"<a>" + b" " * (3 * MEGABYTE))
    assert rejection(understated(data, MAIN[kind], 1000)) == "corrupt"
    first = b"<a>" + b" " * 997
    assert rejection(understated(data, MAIN[kind], 1000, zlib.crc32(first))) == "corrupt"


def test_more_entries_than_any_document_has() -> None:
    parts = {f"word/{number}.bin": b"" for number in range(10_001)}
    assert rejection(made.zipped({"word/document.xml": b"<a/>", **parts}, method=zipfile.ZIP_STORED)) == "too_large"


def test_a_directory_without_end_is_not_read() -> None:
    entry = b"PK\x01\x02" + bytes(42)
    directory = entry * 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    assert rejection(b"PK\x03\x04" + directory + end) == "too_large"


def secret_file(folder: Path) -> str:
    secret = folder / "secret.txt"
    secret.write_text("the secret canary")
    return secret.as_uri()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("attack", ["outside", "laughs"])
def test_entities_are_not_expanded(kind: str, attack: str, encoding: str, tmp_path: Path) -> None:
    declared = (
        f'<!ENTITY l11 SYSTEM "{secret_file(tmp_path)}">' if attack == "outside" else f'<!ENTITY l0 "ha">{LAUGHS}'
    )
    data = FILES[kind]()
    part = zipfile.ZipFile(io.BytesIO(data)).read(MAIN[kind]).decode()
    root = part[part.index("?>") + 2 :] if part.startswith("<?xml") else part
    for word in ("Portovento", "Cum ob", "Biroul", "Birouri", "دليل"):
        root = root.replace(word, f"&l11;{word}", 1)
    hostile = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [{declared}]>{root}'
    attacked = with_part(data, MAIN[kind], hostile.encode(encoding))
    if kind != "epub" or attack == "laughs":
        assert rejection(attacked) == "corrupt"
        return
    reading = read(attacked, "a")
    texts = [reading.title or "", *(block.text for block in reading.blocks)]
    assert len(texts) > 4
    assert not any("canary" in text or "haha" in text for text in texts)


def test_entities_in_a_chapter_are_not_expanded(tmp_path: Path) -> None:
    chapter = made.EPUB_CHAPTER.format(head="&x;", text=f"&x; {WORDS}", item="&x;")
    declared = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret_file(tmp_path)}">]>'
    book = made.epub(**{"OPS/text/first.xhtml": chapter.replace("<!DOCTYPE html>", declared)})
    texts = [block.text for block in read(book, "a.epub").blocks]
    assert any(WORDS in text for text in texts)
    assert not any("canary" in text for text in texts)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: calls.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: calls.append(a) or [])  # type: ignore[func-returns-value]
    relation = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
        'Target="http://192.0.2.1/x" TargetMode="External"/>'
    )
    more = (relation.format("attachedTemplate") + relation.replace("rId99", "rId98").format("image")).encode()

    def linked(name: str, data: bytes) -> bytes:
        return data.replace(b"</Relationships>", more + b"</Relationships>") if name.endswith(".rels") else data

    for kind in ("docx", "pptx", "xlsx"):
        assert read(made.changed(FILES[kind](), linked), f"a.{kind}").blocks
    remote = '<p><img src="http://192.0.2.1/x.png"/></p><link href="http://192.0.2.1/x.css"/>'
    assert read(
        made.epub(**{"OPS/text/first.xhtml": made.EPUB_CHAPTER.replace("{text}", f"{{text}}{remote}")}), "a"
    ).blocks
    doctype = '<!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd">'
    assert read(made.odt(made.ODT_CONTENT.replace("?>", f"?>{doctype}", 1)), "a.odt").blocks
    assert calls == []


def test_an_entry_with_a_path_is_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "deep" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    with zipfile.ZipFile(io.BytesIO(FILES["docx"]())) as source:
        parts: dict[str, bytes | str] = {name: source.read(name) for name in source.namelist()}
    hostile = made.zipped({**parts, "../../x": b"owned", "/x": b"owned", "word/../../../x": b"owned"})
    assert [block.text for block in read(hostile, "a.docx").blocks] == [WORDS]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["deep", "here"]


def test_a_locked_package() -> None:
    data = bytearray(FILES["docx"]())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(signature, place + 1)
    assert rejection(bytes(data)) == "encrypted"


@pytest.mark.parametrize("kind", FILES)
def test_half_a_package_is_refused(kind: str) -> None:
    data = FILES[kind]()
    assert rejection(data[: len(data) // 2]) == "corrupt"
    assert rejection(with_part(data, MAIN[kind], b"<a><b>")) == "corrupt"
    place = data.find(b"PK\x01\x02")
    assert rejection(data[: place - 200] + bytes(100) + data[place - 100 :]) in ("corrupt", "encrypted", "unsupported")


@pytest.mark.parametrize("kind", FILES)
def test_a_package_with_any_part_missing_is_read_or_refused(kind: str) -> None:
    data = FILES[kind]()
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    for name in names[:: 1 + len(names) // 12]:
        rest = made.changed(data, lambda entry, held, name=name: None if entry == name else held)  # type: ignore[misc]
        with suppress(ItemRejected):
            assert read(rest, "a").blocks
