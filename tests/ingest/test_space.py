"""A disk that fills up: documents are refused before anything fails, everything else goes on, and nothing is lost."""

from __future__ import annotations

import io
import shutil
import subprocess
import time
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from pathlib import Path

import pytest

from index.database import open_database
from index.document import Audience
from index.errors import StorageFull, StorageLow
from index.generations import Generations
from index.index import Index
from index.job import NewItem, Stage
from index.jobs import Jobs
from index.library import Library
from index.scope import EVERYTHING
from index.space import Space
from index.verification import verify
from ingest.item import Item
from ingest.jobs import Worker
from ingest.pipeline import ingest
from ingest.pool import Pool
from ingest.uploads import Uploads, upload_source
from tests.ingest.conftest import CountingEmbedder, MakeDocument

GB = 1 << 30
Usage = namedtuple("Usage", "total used free")


def index_at(folder: Path, megabytes: int) -> Index:
    library = Library(open_database(folder), Space(folder, megabytes))
    return Index(library, CountingEmbedder(), Generations(folder / "generations", CountingEmbedder.name))


def page(number: int) -> bytes:
    return f"# Desk {number}\n\nThe desk number {number} of Portovento is open on Monday.\n".encode()


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Bytes that the disk says are free, to be changed."""
    room = {"bytes": 2 * GB}
    monkeypatch.setattr("index.space.shutil.disk_usage", lambda _: Usage(4 * GB, 2 * GB, room["bytes"]))
    return room


def test_nothing_is_taken_in_below_the_limit(tmp_path: Path, free: dict[str, int], make_document: MakeDocument) -> None:
    with closing(index_at(tmp_path / "data", 1024)) as index:
        index.add([make_document(page(1), "1.md")])
        free["bytes"] = GB - 1
        with pytest.raises(StorageLow, match=r"Only 1,023 MB are free .* 1,024 MB"):
            index.add([make_document(page(2), "2.md")])
        assert index.settle(force=True) is False
        assert [hit.document.title for hit in index.search("desk", language="en", scope=EVERYTHING).hits] == ["Desk 1"]
        assert verify(index.library) == []
        free["bytes"] = GB
        assert index.add([make_document(page(2), "2.md")])[0].status == "added"
        assert index.settle(force=True) is True


def test_without_a_limit_nobody_looks(tmp_path: Path, free: dict[str, int], make_document: MakeDocument) -> None:
    free["bytes"] = 0
    with closing(index_at(tmp_path / "data", 0)) as index:
        assert index.add([make_document(page(1), "1.md")])[0].status == "added"


def test_a_run_over_unchanged_files_needs_no_room(tmp_path: Path, free: dict[str, int], children: Pool) -> None:
    (tmp_path / "1.md").write_bytes(page(1))
    with closing(index_at(tmp_path / "data", 1024)) as index:
        statuses = []
        for free["bytes"] in (2 * GB, 0):
            report = ingest(
                [str(tmp_path / "1.md")], lambda: index, index.library, audience=Audience.PUBLIC, pool=children
            )
            statuses += [item.status for item in report.items]
    assert statuses == ["added", "unchanged"]


def test_jobs_wait_until_there_is_room(tmp_path: Path, free: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.jobs.TROUBLE_SECONDS", 0.02)
    monkeypatch.setattr("ingest.jobs.INTERVAL_SECONDS", 0.02)
    with closing(index_at(tmp_path / "data", 1024)) as index:
        jobs, uploads = Jobs(index.library.engine), Uploads(tmp_path / "data" / "uploads")
        worker = Worker(index, jobs, uploads, lambda *_: nullcontext(NoPages()), tmp_path / "data")
        free["bytes"] = 0
        worker.start()
        kept = uploads.keep(io.BytesIO(page(1)))
        job = jobs.add("upload", Audience.PUBLIC, "x", items=[NewItem(upload_source("x", "1.md"), "1.md", kept)])
        time.sleep(0.5)  # many rounds, more than a job is begun again in vain
        assert jobs.get(job.id).stage is Stage.QUEUED
        free["bytes"] = 2 * GB
        until = time.monotonic() + 20
        while jobs.get(job.id).stage is not Stage.DONE and time.monotonic() < until:
            time.sleep(0.02)
        worker.stop()
        assert jobs.items(job.id)[0].status == "added"


class NoPages:
    """What finds pages where no address is asked for."""

    def find(self, text: str) -> list[Item]:
        raise AssertionError(text)


def fill(index: Index, make_document: MakeDocument) -> None:
    for number in range(2, 400):
        index.add([make_document(page(number) * 20, f"{number}.md")])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("megabytes", [12, 0])
def test_a_real_disk_that_is_full(small_disk: Path, megabytes: int, make_document: MakeDocument) -> None:
    """With the guard and, where somebody has turned it off, with the disk full to its last byte."""
    filler = small_disk / "filler"
    with closing(index_at(small_disk / "data", megabytes)) as index:
        index.add([make_document(page(1), "1.md")])
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            for _ in range(14 if megabytes else 64):
                file.write(bytes(1 << 20))
        with pytest.raises(StorageLow if megabytes else StorageFull):
            fill(index, make_document)
        held = len(index.library.documents(EVERYTHING))
        assert held >= 1
        assert index.search("desk", language="en", scope=EVERYTHING).hits
        assert verify(index.library) == []
        filler.unlink()
        index.add([make_document(page(1000), "1000.md")])
        assert len(index.library.documents(EVERYTHING)) == held + 1
        assert verify(index.library) == []
