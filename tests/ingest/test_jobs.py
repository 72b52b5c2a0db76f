"""The worker: uploads and crawls become documents, whatever ends in the middle."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from index.document import Audience
from index.embedded import EmbeddedDrafts
from index.errors import LibraryUnusable, StorageFull
from index.index import Index
from index.job import ENDED, Job, NewItem, Stage
from index.jobs import Jobs
from index.library import Library
from index.scope import EVERYTHING
from ingest.item import Item
from ingest.jobs import Worker
from ingest.origin import Origin
from ingest.uploads import LONGEST_NAME, YOUNG_SECONDS, Uploads, shown_name, upload_source
from tests.ingest.conftest import CountingEmbedder
from tests.ingest.made_files import zipped

TEXT = "Help desk {n} in Portovento\n\nThe desk number {n} is open on Monday. Every service of desk {n} is free.\n"


@pytest.fixture
def jobs(library: Library) -> Jobs:
    return Jobs(library.engine)


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    (tmp_path / "data").mkdir(exist_ok=True)
    return Uploads(tmp_path / "data" / "uploads")


@pytest.fixture
def make_worker(index: Index, jobs: Jobs, uploads: Uploads, crawl: Crawl, tmp_path: Path) -> Iterator[partial[Worker]]:
    made: list[Worker] = []

    def make() -> Worker:
        made.append(Worker(index, jobs, uploads, crawl.open, tmp_path / "data"))
        return made[-1]

    yield partial(make)
    for worker in made:
        worker.stop()


def upload(jobs: Jobs, uploads: Uploads, files: dict[str, bytes], collection: str = "x") -> Job:
    items = [NewItem(upload_source(collection, n), n, uploads.keep(io.BytesIO(data))) for n, data in files.items()]
    return jobs.add("upload", Audience.PUBLIC, collection, items=items)


def texts(count: int) -> dict[str, bytes]:
    return {f"{number}.txt": TEXT.format(n=number).encode() for number in range(count)}


def ended(jobs: Jobs, job: Job, seconds: float = 120) -> Job:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (found := jobs.get(job.id)).stage in ENDED:
            return found
        time.sleep(0.02)
    raise AssertionError(f"still {found.stage}")


def kept(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "data" / "uploads").iterdir())


def test_an_upload_becomes_documents(
    jobs: Jobs, uploads: Uploads, library: Library, make_worker: partial[Worker], tmp_path: Path
) -> None:
    worker = make_worker()
    worker.start()
    job = upload(jobs, uploads, {**texts(2), "bad.pdf": b"no pdf"})
    worker.wake()
    done = ended(jobs, job)
    assert (done.stage, done.done, done.total) == (Stage.DONE, 3, 3)
    first, second, bad = jobs.items(job.id)
    assert (first.status, second.status, bad.status) == ("added", "added", "failed")
    assert bad.error is not None
    assert bad.error.code == "corrupt"
    document = library.document(str(first.document_id), EVERYTHING)
    assert (document.uri, document.audience, document.collection) == ("0.txt", Audience.PUBLIC, "x")
    assert kept(tmp_path) == [bad.stored], "what was read is removed, what failed may be tried again"
    again = ended(jobs, upload(jobs, uploads, texts(2)))
    assert [item.status for item in jobs.items(again.id)] == ["unchanged", "unchanged"]
    assert [item.document_id for item in jobs.items(again.id)] == [first.document_id, second.document_id]
    assert len(library.documents(EVERYTHING)) == 2


def test_two_jobs_with_the_same_file(
    jobs: Jobs, uploads: Uploads, library: Library, make_worker: partial[Worker]
) -> None:
    """Two workers are started as two servers would: one of them works."""
    made = [upload(jobs, uploads, texts(1)) for _ in range(10)]
    for _ in range(2):
        make_worker().start()
    assert {ended(jobs, job).stage for job in made} == {Stage.DONE}
    assert [jobs.items(job.id)[0].status for job in made] == ["added", *["unchanged"] * 9]
    assert len(library.documents(EVERYTHING)) == 1


def test_a_job_of_a_worker_that_died_is_taken_up(
    jobs: Jobs, uploads: Uploads, library: Library, make_worker: partial[Worker], counting: CountingEmbedder
) -> None:
    job = upload(jobs, uploads, texts(3))
    with jobs.taken() as begun:  # by a process that was killed after the first of its documents
        assert begun is not None
    first = jobs.items(job.id)[0]
    jobs.settle(job.id, first.source, "added", "d", None)
    make_worker().start()
    done = ended(jobs, job)
    assert (done.stage, done.total) == (Stage.DONE, 3)
    assert len(counting.texts) == 2, "what was settled is not read again"


@pytest.fixture
def crawl() -> Crawl:
    return Crawl()


class Crawl:
    """A site whose pages come slowly, one of them when the test says so."""

    def __init__(self) -> None:
        self.pages = 5
        self.waits_at = -1
        self.fetched: list[int] = []
        self.opened: list[tuple[Audience, str]] = []
        self.closed = 0
        self.reached, self.go_on = threading.Event(), threading.Event()

    @contextmanager
    def open(self, audience: Audience, collection: str) -> Iterator[Crawl]:
        self.opened.append((audience, collection))
        yield self
        self.closed += 1

    def find(self, text: str) -> list[Item]:
        return [Item(Origin(f"{text}{n}", f"{text}{n}", f"{n}.txt"), partial(self._load, n)) for n in range(self.pages)]

    def _load(self, number: int) -> bytes:
        self.fetched.append(number)
        if number == self.waits_at:
            self.reached.set()
            assert self.go_on.wait(20)
        return TEXT.format(n=number).encode()


def start_crawl(jobs: Jobs, worker: Worker, crawl: Crawl) -> Job:
    crawl.waits_at = 1
    job = jobs.add("crawl", Audience.INTERNAL, "web", targets=["https://example.org/"])
    worker.start()
    assert crawl.reached.wait(20)
    return job


def test_cancelling_stops_after_the_item_under_way(
    jobs: Jobs, library: Library, make_worker: partial[Worker], crawl: Crawl
) -> None:
    job = start_crawl(jobs, worker := make_worker(), crawl)
    assert jobs.get(job.id).total == 5
    jobs.cancel(job.id)
    crawl.go_on.set()
    assert ended(jobs, job).stage is Stage.CANCELLED
    codes = [item.error and item.error.code for item in jobs.items(job.id)]
    assert codes == [None, None, "cancelled", "cancelled", "cancelled"]
    assert crawl.fetched == [0, 1]
    assert len(library.documents(EVERYTHING)) == 2, "what was taken in stays"
    crawl.pages = 6  # the site has grown
    jobs.retry(job.id)
    worker.wake()
    done = ended(jobs, job)
    assert (done.stage, done.done) == (Stage.DONE, 6)
    assert (crawl.opened, crawl.closed) == ([(Audience.INTERNAL, "web")] * 2, 2)
    assert crawl.fetched == [0, 1, 2, 3, 4, 5], "what is there is not fetched again"


def test_a_server_that_stops_leaves_the_rest_to_the_next(
    jobs: Jobs, library: Library, make_worker: partial[Worker], crawl: Crawl
) -> None:
    job = start_crawl(jobs, worker := make_worker(), crawl)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    while not worker._stopped.is_set():
        time.sleep(0.01)
    crawl.go_on.set()
    stopping.join()
    assert jobs.get(job.id).stage is Stage.RUNNING
    assert [item.status for item in jobs.items(job.id)] == ["added", "added", "waiting", "waiting", "waiting"]
    make_worker().start()
    assert ended(jobs, job).stage is Stage.DONE
    assert len(library.documents(EVERYTHING)) == 5


def test_a_defect_costs_its_job_and_not_the_worker(
    jobs: Jobs, uploads: Uploads, make_worker: partial[Worker], crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[Item]:
        raise ZeroDivisionError("/secret/path")

    monkeypatch.setattr(crawl, "find", broken)
    job = jobs.add("crawl", Audience.INTERNAL, "web", targets=["https://example.org/"])
    after = upload(jobs, uploads, texts(1))
    make_worker().start()
    failed = ended(jobs, job)
    assert failed.error is not None
    assert (failed.stage, failed.error.code) == (Stage.FAILED, "internal_error")
    assert "secret" not in failed.error.message
    assert ended(jobs, after).stage is Stage.DONE


def test_a_job_waits_while_the_library_cannot_be_used(
    jobs: Jobs, uploads: Uploads, index: Index, make_worker: partial[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = index.put, []

    def once_full(embedded: EmbeddedDrafts) -> object:
        tries.append(1)
        if len(tries) == 1:
            raise LibraryUnusable("The disk is full.")
        return real(embedded)

    monkeypatch.setattr(index, "put", once_full)
    monkeypatch.setattr("ingest.jobs.TROUBLE_SECONDS", 0.05)
    job = upload(jobs, uploads, texts(1))
    make_worker().start()
    assert ended(jobs, job).stage is Stage.DONE
    assert len(tries) == 2


def test_an_uploaded_archive_is_its_files(
    jobs: Jobs, uploads: Uploads, library: Library, make_worker: partial[Worker], tmp_path: Path
) -> None:
    files = {**texts(2), "bad.pdf": b"no pdf", "metadata.csv": b"file,audience,title\n1.txt,internal,Desk one\n"}
    job = upload(jobs, uploads, {"all.zip": zipped(files), "9.txt": texts(10)["9.txt"]})
    worker = make_worker()
    worker.start()
    assert ended(jobs, job).stage is Stage.DONE
    items = {item.uri: item for item in jobs.items(job.id)}
    assert {uri: item.status for uri, item in items.items()} == {
        "9.txt": "added", "all.zip/0.txt": "added", "all.zip/1.txt": "added", "all.zip/bad.pdf": "failed",
    }  # fmt: skip
    documents = {document.uri: document for document in library.documents(EVERYTHING)}
    one = documents["all.zip/1.txt"]
    assert (one.title, one.audience) == ("Desk one", Audience.INTERNAL)
    assert documents["all.zip/0.txt"].audience is Audience.PUBLIC
    assert library.known([items["all.zip/0.txt"].source]).keys() == {"upload:x/all.zip#0.txt"}
    assert kept(tmp_path) == [items["all.zip/bad.pdf"].stored]
    jobs.retry(job.id)
    worker.wake()
    assert [item.status for item in jobs.items(ended(jobs, job).id)].count("failed") == 1
    again = ended(jobs, upload(jobs, uploads, {"all.zip": zipped(files)}))
    assert {item.uri: item.status for item in jobs.items(again.id)}["all.zip/1.txt"] == "unchanged"
    assert len(library.documents(EVERYTHING)) == 3


# -- stored files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/x", "etc/x"),
        ("..\\..\\windows\\x.txt", "windows/x.txt"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\me\\a.docx", "C:/Users/me/a.docx"),
        ("fdp\u202etxt.exe", "fdp_txt.exe"),
        ("a\x00b\n.txt", "a_b_.txt"),
        ("<img src=x onerror=alert(1)>.html", "<img src=x onerror=alert(1)>.html"),
        ("http://evil.example/a", "http:/evil.example/a"),
        ("", "unnamed"),
        ("../..", "unnamed"),
        ("سجل.pdf", "سجل.pdf"),
    ],
)
def test_names_are_only_shown(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_long_names_keep_their_ending() -> None:
    name = shown_name("é" * 300 + ".docx")
    assert (len(name), name[-6:]) == (LONGEST_NAME, "….docx")
    assert len(shown_name("a" * 300)) == LONGEST_NAME


def test_sources_are_told_apart() -> None:
    pairs = [("a", "b/c"), ("a/b", "c"), ("a", "b%2Fc"), ("a", "b")]
    assert len({upload_source(collection, name) for collection, name in pairs}) == len(pairs)


def test_files_without_a_job_are_swept_when_they_are_old(uploads: Uploads, tmp_path: Path) -> None:
    names = [uploads.keep(io.BytesIO(b"x")) for _ in range(3)]
    folder = tmp_path / "data" / "uploads"
    (folder / "readme.txt").write_text("somebody's")
    for name in [*names[:2], "readme.txt"]:
        old = time.time() - 2 * YOUNG_SECONDS
        os.utime(folder / name, (old, old))
    uploads.sweep({names[0]})
    assert kept(tmp_path) == sorted([names[0], names[2], "readme.txt"])


def test_a_full_disk_leaves_nothing(uploads: Uploads, tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StorageFull):
        uploads.keep(Full())
    assert kept(tmp_path) == []
