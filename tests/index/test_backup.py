"""Backups: one state of a library, and files that are refused before they change anything."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.backup import LOCK, back_up
from index.backup_file import MANIFEST, ORIGINALS, UPLOADS, read_backup
from index.database import open_database
from index.document import Audience
from index.errors import BackupUnusable, InvalidRequest, LibraryDamaged, LibraryForeign
from index.index import Index
from index.job import NewItem
from index.jobs import Jobs
from index.library import Library
from index.lock import exclusive
from index.restoration import restore
from index.scope import EVERYTHING
from index.sqlite import FILE_NAME
from index.verification import verify
from tests.index.conftest import MakeDraft
from tests.index.damage import overwrite_table

STORED, DONE = "a" * 32, "b" * 32
Change = Callable[[dict[str, bytes]], None]


pytestmark = pytest.mark.sqlite


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def made(index: Index, make_draft: MakeDraft, data: Path, tmp_path: Path) -> Path:
    """A backup of two documents and a file that waits."""
    drafts = [
        make_draft("a", "The ferry leaves at nine.\nTickets on board."),
        make_draft("b", "O linie.", language="ro"),
    ]
    index.add(drafts)
    uploads = data / UPLOADS
    uploads.mkdir()
    for name in (STORED, DONE):
        (uploads / name).write_text(f"file {name}")
    jobs = Jobs(index.library.engine)
    items = [NewItem("upload:x/a.txt", "a.txt", STORED), NewItem("upload:x/b.txt", "b.txt", DONE)]
    job = jobs.add("upload", Audience.INTERNAL, "x", items=items)
    jobs.settle(job.id, items[1].source, "added", "d", None)
    back_up(index.library.engine, data, tmp_path / "b.zip")
    return tmp_path / "b.zip"


def altered(made: Path, change: Change) -> Path:
    """The same backup with other contents, under another name."""
    with zipfile.ZipFile(made) as archive:
        contents = {info.filename: archive.read(info) for info in archive.infolist()}
    change(contents)
    target = made.with_name("altered.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target


def told(contents: dict[str, bytes], **values: object) -> None:
    manifest = json.loads(contents[MANIFEST])
    contents[MANIFEST] = json.dumps({**manifest, **values}).encode()


def test_a_backup_is_restored_whole(index: Index, made: Path, data: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "data"]
    assert not list(data.glob("backup-*"))
    fresh = tmp_path / "fresh"
    restored = restore(made, fresh)
    assert restored.kept is None
    assert (restored.manifest.rows["documents"], restored.manifest.rows["job_items"]) == (2, 2)
    # What no job needs any more is left out.
    assert [(path.name, path.read_text()) for path in (fresh / UPLOADS).iterdir()] == [(STORED, f"file {STORED}")]
    with closing(Library(open_database(fresh))) as library:
        assert verify(library) == []
        assert library.documents(EVERYTHING) == index.library.documents(EVERYTHING)
        assert library.revision() == index.library.revision()
    assert sorted(path.name for path in fresh.iterdir() if path.is_dir()) == [ORIGINALS, UPLOADS]


def test_what_is_written_during_the_copy_is_not_in_it(
    index: Index, make_draft: MakeDraft, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add([make_draft("a", "The ferry leaves at nine.")])
    (data / UPLOADS).mkdir()
    (data / UPLOADS / STORED).write_text("waits")
    jobs = Jobs(index.library.engine)
    job = jobs.add("upload", Audience.PUBLIC, "x", items=[NewItem("upload:x/a.txt", "a.txt", STORED)])

    connect = sqlite3.connect

    def writing_meanwhile(*arguments: object, **options: object) -> sqlite3.Connection:
        if (data / UPLOADS / STORED).exists():
            # As a job would: the document, then the item's end, then its file goes.
            index.add([make_draft("b", "The bus leaves at ten.")])
            jobs.settle(job.id, "upload:x/a.txt", "added", "d", None)
            (data / UPLOADS / STORED).unlink()
        return connect(*arguments, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("index.backup.sqlite3.connect", writing_meanwhile)
    manifest = back_up(index.library.engine, data, tmp_path / "b.zip")
    assert not (data / UPLOADS / STORED).exists()
    assert manifest.rows["documents"] == 1
    assert [file.name for file in manifest.files] == [FILE_NAME, f"{UPLOADS}/{STORED}"]


def test_a_backup_never_overwrites(index: Index, made: Path, data: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="exists already"):
        back_up(index.library.engine, data, made)
    with exclusive(data / LOCK), pytest.raises(InvalidRequest, match="under way"):
        back_up(index.library.engine, data, tmp_path / "c.zip")


def test_a_damaged_library_is_not_backed_up(index: Index, make_draft: MakeDraft, data: Path, tmp_path: Path) -> None:
    index.add([make_draft(f"s{n}", f"Line {n} of the ferry. " * 400) for n in range(4)])
    index.library.close()
    overwrite_table(data / FILE_NAME, "passages")
    engine = open_database(data)
    with pytest.raises(LibraryDamaged):
        back_up(engine, data, tmp_path / "b.zip")
    engine.dispose()
    assert not (tmp_path / "b.zip").exists()


def test_a_folder_in_use_or_full_of_other_things_is_refused(
    index: Index, made: Path, data: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidRequest, match="not empty"):
        restore(made, data)
    with pytest.raises(InvalidRequest, match="in use"):
        restore(made, data, replace=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").touch()
    with pytest.raises(LibraryForeign):
        restore(made, other, replace=True)
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]


def test_the_library_that_is_replaced_is_kept(index: Index, made: Path, make_draft: MakeDraft, tmp_path: Path) -> None:
    index.add([make_draft("c", "Newer than the backup.")])
    index.close()
    data = tmp_path / "data"
    restored = restore(made, data, replace=True)
    assert restored.kept is not None
    for folder, count in ((data, 2), (restored.kept, 3)):
        with closing(Library(open_database(folder))) as library:
            assert len(library.documents(EVERYTHING)) == count


def test_a_damaged_library_is_replaced(index: Index, made: Path, data: Path) -> None:
    index.close()
    (data / FILE_NAME).write_bytes(b"no database" * 999)
    restored = restore(made, data, replace=True)
    assert restored.kept is not None
    with closing(Library(open_database(data))) as library:
        assert verify(library) == []


def test_what_cannot_be_moved_leaves_everything_as_it_was(
    index: Index, made: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.close()
    before = sorted(path.name for path in data.iterdir())
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == FILE_NAME and self.parent.name.startswith("restoring-"):
            raise PermissionError(1, "no", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(PermissionError):
        restore(made, data, replace=True)
    monkeypatch.undo()
    assert sorted(path.name for path in data.iterdir()) == before
    with closing(Library(open_database(data))) as library:
        assert len(library.documents(EVERYTHING)) == 2


def _up(contents: dict[str, bytes]) -> None:
    contents["../evil"] = b"x"


def _listed_up(contents: dict[str, bytes]) -> None:
    contents["../evil"] = b"x"
    files = json.loads(contents[MANIFEST])["files"]
    told(contents, files=[*files, {"name": "../evil", "bytes": 1, "sha256": "0" * 64}])


def _cut(contents: dict[str, bytes]) -> None:
    contents[FILE_NAME] = contents[FILE_NAME][:-4096]


def _flipped(contents: dict[str, bytes]) -> None:
    name = f"{UPLOADS}/{STORED}"
    contents[name] = contents[name][:-1] + b"!"


def _missing(contents: dict[str, bytes]) -> None:
    del contents[f"{UPLOADS}/{STORED}"]


def _bomb(contents: dict[str, bytes]) -> None:
    contents[f"{UPLOADS}/{STORED}"] = b"\0" * (1 << 24)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_up, "just what its manifest says: '../evil'"),
        (_listed_up, "makes no sense"),
        (_cut, "not what its manifest says"),
        (_flipped, "another content"),
        (_missing, "just what its manifest says"),
        (_bomb, "not what its manifest says"),
        (lambda contents: contents.update({MANIFEST: b"[]"}), "no manifest"),
        (lambda contents: contents.pop(MANIFEST), "no manifest"),
        (lambda contents: told(contents, format=3, program="9.0"), r"newer missiondesk \(9.0\)"),
        (lambda contents: told(contents, rows={"documents": 9}), "what its manifest says"),
    ],
)
def test_a_backup_that_was_altered_is_refused(made: Path, tmp_path: Path, change: Change, why: str) -> None:
    with pytest.raises(BackupUnusable, match=why):
        restore(altered(made, change), tmp_path / "fresh")
    assert list((tmp_path / "fresh").iterdir()) == []
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer missiondesk"),
        ("CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM documents; END", "damaged: t"),
        ("UPDATE passages SET text = 'forged'", "not whole"),
    ],
)
def test_a_library_that_was_altered_is_refused(
    index: Index, made: Path, data: Path, tmp_path: Path, statement: str, why: str
) -> None:
    """The archive itself is right: it was made of a library like that."""
    with index.library.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("BEGIN")
    back_up(index.library.engine, data, tmp_path / "odd.zip")
    with pytest.raises(BackupUnusable, match=why):
        restore(tmp_path / "odd.zip", tmp_path / "fresh")


def test_other_files_are_no_backups(made: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(made.read_bytes()[:-100])
    text = tmp_path / "text.zip"
    text.write_text("no archive")
    packed = shutil.make_archive(str(tmp_path / "folder"), "zip", tmp_path, "data")
    for file in (cut, text, Path(packed)):
        with pytest.raises(BackupUnusable):
            read_backup(file)
