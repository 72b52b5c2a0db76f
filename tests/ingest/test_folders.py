"""Folders that change: files that moved, are gone, or are still being written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index.document import Audience
from index.index import Index
from index.library import Known, Library
from index.scope import EVERYTHING
from ingest.item import Item
from ingest.pipeline import ingest, ingest_items
from ingest.report import IngestReport
from ingest.watch import watch
from tests.ingest.conftest import CountingEmbedder
from tests.ingest.made_files import zipped

TEXT = "Help desk {n} in Portovento\n\nThe desk number {n} is open on Monday. Every service of desk {n} is free.\n"
TakeIn = Callable[..., IngestReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    (folder / "sub").mkdir(parents=True)
    for number, name in enumerate(("a.txt", "b.txt", "sub/c.txt")):
        (folder / name).write_text(TEXT.format(n=number))
    return folder


@pytest.fixture
def take_in(folder: Path, library: Library, index: Index) -> TakeIn:
    return partial(ingest, [str(folder)], lambda: index, library, audience=Audience.PUBLIC)


def statuses(report: IngestReport) -> dict[str, str]:
    return {item.uri: item.status for item in report.items}


def uris(library: Library) -> set[str]:
    return {document.uri for document in library.documents(EVERYTHING)}


def test_a_renamed_file_stays_the_same_document(
    folder: Path, library: Library, take_in: TakeIn, counting: CountingEmbedder
) -> None:
    ids = {item.uri: item.document_id for item in take_in().items}
    counting.texts.clear()
    (folder / "a.txt").rename(folder / "sub" / "z.txt")
    report = take_in()
    assert statuses(report) == {
        "office/b.txt": "unchanged", "office/sub/c.txt": "unchanged", "office/sub/z.txt": "updated",
    }  # fmt: skip
    assert report.items[-1].document_id == ids["office/a.txt"]
    assert counting.texts == []
    assert uris(library) == {"office/b.txt", "office/sub/c.txt", "office/sub/z.txt"}
    (folder / "a.txt").write_text(TEXT.format(n=7))
    assert statuses(take_in())["office/a.txt"] == "added"
    assert take_in().unchanged == 4


def test_a_renamed_folder_takes_its_documents_along(folder: Path, take_in: TakeIn, counting: CountingEmbedder) -> None:
    (folder / "sub" / "d.txt").write_text(TEXT.format(n=2))  # the same as c.txt
    first = take_in()
    counting.texts.clear()
    (folder / "sub").rename(folder / "archive")
    report = take_in(prune=True)
    assert (report.updated, report.unchanged, report.removed, report.missing) == (2, 2, 0, 0)
    assert {item.document_id for item in report.items} == {item.document_id for item in first.items}
    assert counting.texts == []


def test_a_copy_is_no_move(folder: Path, take_in: TakeIn) -> None:
    take_in()
    (folder / "copy.txt").write_bytes((folder / "a.txt").read_bytes())
    assert statuses(take_in())["office/copy.txt"] == "added"


def test_a_file_that_is_gone_is_named_and_stays(folder: Path, library: Library, take_in: TakeIn) -> None:
    take_in()
    (folder / "b.txt").unlink()
    report = take_in()
    assert statuses(report)["office/b.txt"] == "missing"
    assert (report.missing, report.removed, report.failed, report.unchanged) == (1, 0, 0, 2)
    assert report.items[-1].error is not None
    assert report.items[-1].error.code == "gone"
    assert "office/b.txt" in uris(library)


def test_prune_removes_what_is_gone_after_the_new_stands(folder: Path, library: Library, take_in: TakeIn) -> None:
    take_in()
    (folder / "b.txt").unlink()
    (folder / "sub" / "c.txt").unlink()
    (folder / "new.txt").write_text(TEXT.format(n=9))
    report = take_in(prune=True)
    assert [item.status for item in report.items] == ["unchanged", "added", "removed", "removed"]
    assert uris(library) == {"office/a.txt", "office/new.txt"}
    assert take_in(prune=True).removed == 0


def test_an_empty_or_lost_folder_prunes_nothing(folder: Path, library: Library, take_in: TakeIn) -> None:
    """So looks a share that is not mounted."""
    take_in()
    moved = folder.rename(folder.with_name("elsewhere"))
    assert statuses(take_in(prune=True)) == {"office": "failed"}
    folder.mkdir()
    assert statuses(take_in(prune=True)) == {"office": "failed"}
    assert len(uris(library)) == 3
    folder.rmdir()
    moved.rename(folder)
    assert take_in(prune=True).unchanged == 3


def test_only_the_folder_that_is_named_is_looked_at(
    folder: Path, library: Library, index: Index, take_in: TakeIn
) -> None:
    other = folder.with_name("office-2")
    other.mkdir()
    (other / "x.txt").write_text(TEXT.format(n=5))
    ingest([str(other)], lambda: index, library, audience=Audience.PUBLIC)
    take_in()
    (other / "x.txt").unlink()
    assert take_in(prune=True).removed == 0
    alone = ingest([str(folder / "a.txt")], lambda: index, library, audience=Audience.PUBLIC, prune=True)
    assert statuses(alone) == {"a.txt": "updated"} or alone.unchanged == 1
    assert len(uris(library)) == 4


def test_hidden_files_and_closed_folders_are_not_gone(folder: Path, library: Library, take_in: TakeIn) -> None:
    take_in()
    (folder / "sub").rename(folder / ".sub")
    (folder / "sub").symlink_to(folder / ".sub")  # there, though not walked
    assert take_in(prune=True).removed == 0
    assert len(uris(library)) == 3


def _changes(items: Sequence[Item], gone: Mapping[str, Known], **rest: Any) -> IngestReport:
    return ingest_items(items, gone=gone, **rest)


def test_a_renamed_file_tells_what_its_new_place_says(folder: Path, library: Library, take_in: TakeIn) -> None:
    italian = "Lo sportello\n\nLo sportello è aperto il lunedì. Ogni servizio dello sportello è senza spese.\n"
    (folder / "b_it.txt").write_text(italian)
    (folder / "b.txt").rename(folder / "b_en.txt")
    (folder / "c.txt").write_text(italian.replace("lunedì", "martedì"))
    take_in()
    (folder / "c.txt").rename(folder / "a_it.txt")
    (folder / "a.txt").rename(folder / "a_en.txt")
    take_in()
    translations = {
        document.uri: [other.uri for other in document.translations] for document in library.documents(EVERYTHING)
    }
    assert translations["office/a_it.txt"] == ["office/a_en.txt"]
    assert translations["office/b_it.txt"] == ["office/b_en.txt"]


def test_what_left_an_archive_is_gone(folder: Path, library: Library, take_in: TakeIn) -> None:
    (folder / "a.zip").write_bytes(zipped({f"{n}.txt": TEXT.format(n=n).encode() for n in (6, 7, 8)}))
    take_in()
    (folder / "a.zip").write_bytes(zipped({f"{n}.txt": TEXT.format(n=n).encode() for n in (6, 7)}))
    assert statuses(take_in())["office/a.zip/8.txt"] == "missing"
    alone = ingest([str(folder / "a.zip")], *take_in.args[1:], audience=Audience.PUBLIC)  # type: ignore[attr-defined]
    assert [item.status for item in alone.items][2:] == ["missing"]
    (folder / "a.zip").write_bytes(b"PK\x03\x04 damaged")
    assert take_in(prune=True).removed == 0, "nobody knows what it holds"
    (folder / "a.zip").rename(folder / "b.zip")
    (folder / "b.zip").write_bytes(zipped({f"{n}.txt": TEXT.format(n=n).encode() for n in (6, 7)}))
    report = take_in(prune=True)
    assert (report.updated, report.removed) == (2, 1)
    assert "office/b.zip/7.txt" in uris(library)


def test_a_sidecar_counts_for_a_file_that_moved_beside_it(folder: Path, library: Library, take_in: TakeIn) -> None:
    take_in()
    (folder / "sub" / "metadata.csv").write_text("file,audience\nb.txt,internal\n")
    (folder / "b.txt").rename(folder / "sub" / "b.txt")
    assert statuses(take_in())["office/sub/b.txt"] == "added"
    audiences = {document.uri: document.audience for document in library.documents(EVERYTHING)}
    assert audiences["office/sub/b.txt"] is Audience.INTERNAL


class Watching:
    """Runs `watch` in a thread, as the command does, and waits for reports."""

    def __init__(self, folder: Path, library: Library, take_in: TakeIn) -> None:
        self.reports: list[IngestReport] = []
        self._came = threading.Condition()
        self._stopped = threading.Event()
        self._seen = 0
        self._thread = threading.Thread(target=self._run, args=([str(folder)], library, take_in))
        self._thread.start()

    def _run(self, paths: Sequence[str], library: Library, take_in: TakeIn) -> None:
        for report in watch(paths, library, take_in, self._stopped, audience=Audience.PUBLIC, interval_seconds=0.05):
            with self._came:
                self.reports.append(report)
                self._came.notify()

    def next(self) -> dict[str, str]:
        with self._came:
            assert self._came.wait_for(lambda: len(self.reports) > self._seen, timeout=20)
            self._seen += 1
            return statuses(self.reports[self._seen - 1])

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()


def test_watching(folder: Path, library: Library, index: Index, counting: CountingEmbedder) -> None:
    take_in = partial(_changes, index=lambda: index, library=library, audience=Audience.PUBLIC, prune=True)
    watching = Watching(folder, library, take_in)
    try:
        assert set(watching.next().values()) == {"added"}
        (folder / "a.txt").write_text(TEXT.format(n=8))
        assert watching.next() == {"office/a.txt": "updated"}
        counting.texts.clear()
        (folder / "a.txt").rename(folder / "sub" / "moved.txt")
        assert watching.next() == {"office/sub/moved.txt": "updated"}
        assert counting.texts == []
        (folder / "b.txt").unlink()
        assert watching.next() == {"office/b.txt": "removed"}
        (folder / "bad.pdf").write_bytes(b"no pdf")
        assert watching.next() == {"office/bad.pdf": "failed"}
    finally:
        watching.stop()
    assert uris(library) == {"office/sub/c.txt", "office/sub/moved.txt"}
    assert len(watching.reports) == 5


def test_watching_sees_a_sidecar(folder: Path, library: Library, index: Index) -> None:
    take_in = partial(_changes, index=lambda: index, library=library, audience=Audience.PUBLIC)
    watching = Watching(folder, library, take_in)
    try:
        assert set(watching.next().values()) == {"added"}
        (folder / "metadata.csv").write_text("file,audience\nb.txt,internal\n")
        assert watching.next() == {"office/b.txt": "updated"}
    finally:
        watching.stop()
    audiences = {document.uri: document.audience for document in library.documents(EVERYTHING)}
    assert audiences["office/b.txt"] is Audience.INTERNAL


def test_watching_waits_until_a_file_has_stopped_growing(folder: Path, library: Library, index: Index) -> None:
    texts: list[str] = []

    def take_in(items: Sequence[Item], gone: Mapping[str, Known]) -> IngestReport:
        report = ingest_items(items, lambda: index, library, audience=Audience.PUBLIC, gone=gone)
        texts.extend(library.document(str(item.document_id), EVERYTHING).text for item in report.items)
        return report

    growing = folder / "growing.txt"
    looks = _Looks(lambda number: growing.write_text(TEXT.format(n=1) + "One more line of the desk. " * number))
    reports = list(watch([str(folder)], library, take_in, looks, audience=Audience.PUBLIC, interval_seconds=0))
    assert [len(report.items) for report in reports] == [3, 1], (
        "the others at once, the growing one once and at its end"
    )
    assert texts[-1].count("One more line") == _Looks.GROWS


class _Looks(threading.Event):
    """Lets something happen between two looks, and ends after some of them."""

    GROWS = 5

    def __init__(self, between: Callable[[int], object]) -> None:
        super().__init__()
        self._between = between
        self._count = 0

    def wait(self, timeout: float | None = None) -> bool:
        self._count += 1
        if self._count <= self.GROWS:
            self._between(self._count)
        if self._count > self.GROWS + 4:
            self.set()
        return self.is_set()


def test_a_document_missing_at_the_start_of_watching_is_named_once(
    folder: Path, library: Library, take_in: TakeIn, index: Index
) -> None:
    take_in()
    (folder / "b.txt").unlink()
    changes = partial(_changes, index=lambda: index, library=library, audience=Audience.PUBLIC)
    back = folder / "b.txt"
    looks = _Looks(lambda number: back.write_text(TEXT.format(n=1)) if number == 4 else None)
    reports = list(watch([str(folder)], library, changes, looks, audience=Audience.PUBLIC, interval_seconds=0))
    assert [statuses(report).get("office/b.txt") for report in reports] == ["missing", "unchanged"]
