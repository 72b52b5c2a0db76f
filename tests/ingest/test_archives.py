"""Zip archives: one item for each file in them, and nothing that a hostile one can do."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from pathlib import Path

import pytest

from index.document import Audience
from index.errors import ItemRejected
from index.index import Index
from index.library import Library
from ingest import archive
from ingest.entries import list_entries, open_file, unpack
from ingest.files import find_items
from ingest.item import Item
from ingest.pipeline import IngestReport, ingest
from ingest.readers import read
from tests.ingest import made_files as made

TEXT = "Help desk {} in Portovento\n\nThe desk number {} is open on Monday. Every service of desk {} is free.\n"
MEGABYTE = 1024 * 1024


def text(number: int) -> str:
    return TEXT.format(number, number, number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def items_of(folder: Path, data: bytes, name: str = "a.zip") -> list[Item]:
    (folder / name).write_bytes(data)
    return find_items([str(folder / name)])


def code_of(item: Item) -> str:
    try:
        read(item.load(), item.origin.name)
    except ItemRejected as error:
        return error.code
    return ""


def outcomes(report: IngestReport) -> list[tuple[str, str]]:
    return [(item.uri, item.error.code if item.error else item.status) for item in report.items]


def mixed() -> bytes:
    inner = made.zipped({"deep.txt": text(4), "deeper.zip": made.zipped({"x.txt": text(5)})})
    return made.zipped(
        {
            "b.txt": text(1),
            "map/": b"",
            "map/Orașe.csv": "Oraș;Telefon\nIași;0232\n",
            "letter": made.docx(text(2)),
            "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(100),
            "notes": made.odt(),
            "inner.pdf": inner,
            "__MACOSX/._b.txt": b"x",
            ".hidden/y.txt": text(3),
        }
    )


EXPECTED = [
    ("docs/all/b.txt", "added"),
    ("docs/all/inner.pdf/deep.txt", "added"),
    ("docs/all/inner.pdf/deeper.zip", "unsupported"),
    ("docs/all/letter", "added"),
    ("docs/all/map/Orașe.csv", "added"),
    ("docs/all/notes", "added"),
    ("docs/all/photo.jpg", "unsupported"),
    ("docs/good.txt", "added"),
]


def test_every_file_is_an_item(folder: Path, library: Library, index: Index) -> None:
    (folder / "all").write_bytes(mixed())
    (folder / "good.txt").write_text(text(9))
    report = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    assert outcomes(report) == EXPECTED
    again = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    assert [item.document_id for item in again.items] == [item.document_id for item in report.items]
    assert (again.unchanged, again.failed) == (6, 2)


def test_sources_are_stable_and_each_its_own(folder: Path) -> None:
    sources = [item.origin.source for item in items_of(folder, mixed())]
    assert sources == [item.origin.source for item in items_of(folder, mixed())]
    assert len(set(sources)) == len(sources)
    root = (folder / "a.zip").as_uri()
    assert {f"{root}#b.txt", f"{root}#map/Ora%C8%99e.csv", f"{root}#inner.pdf#deep.txt"} <= set(sources)


def test_items_can_be_sent_to_another_process(folder: Path) -> None:
    for item in items_of(folder, mixed()):
        assert pickle.loads(pickle.dumps(item)).load() == item.load()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.txt", "a.zip/x.txt"),
        ("/etc/x.txt", "a.zip/etc/x.txt"),
        ("C:\\docs\\..\\x.txt", "a.zip/C:/docs/x.txt"),
        ("rtl\u202etxt.exe", "a.zip/rtl_txt.exe"),
        ("line\nbreak\x1b[31m.txt", "a.zip/line_break_[31m.txt"),
        ("<img onerror=x>", "a.zip/<img onerror=x>"),
        ("x" * 5000, "a.zip/" + "x" * 5000),
        ("//", None),
    ],
)
def test_hostile_names_are_only_shown(
    folder: Path, name: str, shown: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    items = items_of(folder, made.zipped({name: text(1)}))
    if shown is None:
        assert [code_of(item) for item in items] == ["empty"]
    else:
        assert [item.origin.uri for item in items] == [shown]
        assert items[0].load() == text(1).encode()
    assert os.listdir(folder) == ["a.zip"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["docs"]


def test_a_name_with_a_nul(folder: Path) -> None:
    data = made.zipped({"a_b.txt": text(1)}).replace(b"a_b.txt", b"a\x00b.txt")
    items = items_of(folder, data)
    assert [item.origin.uri for item in items] == ["a.zip/a"]
    assert items[0].load() == text(1).encode()


def test_of_two_files_with_one_name_the_last_is_read(folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("a.txt", text(1))
        with pytest.warns(UserWarning, match="Duplicate name"):
            target.writestr("a.txt", text(2))
    assert [item.load() for item in items_of(folder, buffer.getvalue())] == [text(2).encode()]


def test_names_without_the_mark_for_utf_8_are_read_as_it(folder: Path) -> None:
    data = bytearray(made.zipped({"Довідка.txt": text(1)}))
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.find(signature) + offset] &= ~8
    assert [item.origin.name for item in items_of(folder, bytes(data))] == ["Довідка.txt"]


def locked(data: bytes) -> bytes:
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.find(signature) + offset] |= 1
    return bytes(changed)


def test_a_locked_file_fails_alone(folder: Path) -> None:
    items = items_of(folder, locked(made.zipped({"a.txt": text(1), "b.txt": text(2)})))
    assert [code_of(item) for item in items] == ["encrypted", ""]
    (whole,) = items_of(folder, made.zipped({"in.zip": locked(made.zipped({"a.txt": text(1)}))}))
    assert (whole.origin.uri, code_of(whole)) == ("a.zip/in.zip/a.txt", "encrypted")


def test_a_rare_compression_is_refused(folder: Path) -> None:
    items = items_of(folder, made.zipped({"a.txt": text(1)}, method=zipfile.ZIP_LZMA))
    assert [code_of(item) for item in items] == ["unsupported"]


def test_a_damaged_archive_is_one_failed_item(folder: Path) -> None:
    data = mixed()
    for broken in (data[: len(data) // 2], b"PK\x03\x04" + bytes(500)):
        assert [(item.origin.uri, code_of(item)) for item in items_of(folder, broken)] == [("a.zip", "corrupt")]


def test_a_damaged_file_fails_alone(folder: Path) -> None:
    data = bytearray(made.zipped({"a.txt": text(1), "b.txt": text(2)}, method=zipfile.ZIP_STORED))
    data[data.find(b"Help desk 1")] ^= 1
    assert [code_of(item) for item in items_of(folder, bytes(data))] == ["corrupt", ""]


def understated(data: bytes, size: int) -> bytes:
    """The archive of one entry, of which both its headers now say that it unpacks to `size` bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        entry = opened.infolist()[0]
    sizes = struct.pack("<LL", entry.compress_size, entry.file_size)
    assert data.count(sizes) == 2
    return data.replace(sizes, struct.pack("<LL", entry.compress_size, size))


def test_limits_hold_for_what_is_real(folder: Path) -> None:
    blanks = b" " * (101 * MEGABYTE)
    bomb = made.zipped({"a.txt": blanks})
    assert [code_of(item) for item in items_of(folder, bomb)] == ["too_large"]
    assert [code_of(item) for item in items_of(folder, understated(bomb, 1000))] == ["corrupt"]
    ratio = made.zipped({"a.txt": blanks[: 11 * MEGABYTE]})
    assert [code_of(item) for item in items_of(folder, ratio)] == ["too_large"]
    nested = items_of(folder, made.zipped({"inner.zip": bomb}))
    assert [(item.origin.uri, code_of(item)) for item in nested] == [("a.zip/inner.zip/a.txt", "too_large")]


def test_a_liar_delivers_no_byte_more_than_it_says(folder: Path) -> None:
    path = folder / "a.zip"
    path.write_bytes(understated(made.zipped({"a.txt": b"x" * (3 * MEGABYTE)}), 2 * MEGABYTE))
    with open_file(path) as file:
        entry = list_entries(file)[0]
        pieces: list[bytes] = []
        with pytest.raises(ItemRejected):
            pieces.extend(unpack(file, entry))
    assert MEGABYTE <= sum(map(len, pieces)) <= 2 * MEGABYTE


def test_the_whole_archive_has_limits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = made.zipped({f"{number}.txt": b"" for number in range(10_001)}, method=zipfile.ZIP_STORED)
    assert [(item.origin.uri, code_of(item)) for item in items_of(folder, many)] == [("a.zip", "too_large")]
    monkeypatch.setattr(archive, "LARGEST_TOTAL", 1000)
    four = made.zipped({f"{number}.txt": text(number)[:200] + "." * 200 for number in range(4)})
    assert [code_of(item) for item in items_of(folder, four)] == ["too_large"]
    inner = made.zipped({f"{number}.txt": b"." * 400 for number in range(2)})
    nested = items_of(folder, made.zipped({"inner.zip": inner, "a.txt": text(1)}))
    assert [(item.origin.uri, code_of(item)) for item in nested] == [
        ("a.zip/a.txt", ""),
        ("a.zip/inner.zip", "too_large"),
    ]


def test_entries_that_share_their_bytes_are_counted_each(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made.zipped({"a.txt": b"." * 2000})
    start, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    directory = b"".join(data[start:end].replace(b"a.txt", b"%05d" % number) for number in range(600))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 600, 600, len(directory), start, 0)
    monkeypatch.setattr(archive, "LARGEST_TOTAL", MEGABYTE)
    assert [code_of(item) for item in items_of(folder, data[:start] + directory + tail)] == ["too_large"]


def test_an_archive_that_is_gone_is_said_to_be(folder: Path) -> None:
    items = items_of(folder, made.zipped({"a.txt": text(1)}))
    (folder / "a.zip").unlink()
    assert code_of(items[0]) == "unreadable"


def test_the_same_file_in_two_archives_has_one_hash_and_two_documents(
    folder: Path, library: Library, index: Index
) -> None:
    for name in ("a.zip", "b.zip"):
        (folder / name).write_bytes(made.zipped({"x.txt": text(1)}))
    report = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    assert outcomes(report) == [("docs/a.zip/x.txt", "added"), ("docs/b.zip/x.txt", "added")]
    again = ingest([str(folder), str(folder / "a.zip")], lambda: index, library, audience=Audience.PUBLIC)
    assert [item.document_id for item in again.items] == [item.document_id for item in report.items]
