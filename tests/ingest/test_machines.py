"""Several machines over one PostgreSQL library: each with a data folder of its own."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text

from eval.postgresql_server import PostgresServer, postgresql_server
from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.errors import InvalidRequest, InvalidSetting, LibraryForeign, LibraryUnusable
from index.generations import Generations
from index.index import Index
from index.job import Job, NewItem, Stage
from index.jobs import Jobs
from index.library import Library
from index.postgresql import claimed
from index.scope import EVERYTHING
from index.upload_parts import PART, shared_parts
from ingest.jobs import Worker
from ingest.uploads import Uploads, upload_source
from tests.ingest.test_jobs import ended, texts

pytestmark = pytest.mark.sqlite  # these open what they need themselves


class Machine:
    """One of them: an index, a worker's parts, and nothing in common with the others but the database."""

    def __init__(self, folder: Path, url: str, embedder: Embedder) -> None:
        self.library = Library(open_database(folder, url))
        self.generations = Generations(folder / "generations", embedder.name)
        self.index = Index(self.library, embedder, self.generations)
        self.jobs = Jobs(self.library.engine)
        self.uploads = Uploads(folder / "uploads", shared_parts(self.library.engine))
        self.worker = Worker(self.index, self.jobs, self.uploads, lambda *_: nullcontext(NoWeb()), folder)

    def upload(self, files: dict[str, bytes]) -> Job:
        items = [NewItem(upload_source("x", n), n, self.uploads.keep(io.BytesIO(data))) for n, data in files.items()]
        return self.jobs.add("upload", Audience.PUBLIC, "x", items=items)


class NoWeb:
    def addresses(self, target: str) -> None:
        raise AssertionError(f"nothing is fetched from {target}")


MakeMachine = Callable[[str], Machine]


@pytest.fixture
def machine(postgresql: PostgresServer, tmp_path: Path, embedder: Embedder) -> Iterator[MakeMachine]:
    with ExitStack() as ends:

        def make(name: str) -> Machine:
            made = Machine(tmp_path / name, postgresql.url(tmp_path), embedder)
            ends.callback(made.index.close)
            ends.callback(made.worker.stop)
            return made

        yield make


def test_what_one_takes_in_another_finds(machine: MakeMachine) -> None:
    one, other = machine("one"), machine("other")
    job = one.upload(texts(3))
    other.worker.start()
    assert ended(one.jobs, job).stage is Stage.DONE
    hits = one.index.search("When is desk 2 open?", language="en", limit=3, scope=EVERYTHING).hits
    assert "desk 2" in hits[0].document.title
    with one.library.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM upload_parts")) == 0


def test_a_job_is_worked_on_by_one_machine_and_taken_up_when_it_dies(machine: MakeMachine) -> None:
    one, other = machine("one"), machine("other")
    first, second = one.upload(texts(1)), one.upload({"b.txt": b"Another text that is long enough to be read."})
    with one.jobs.taken() as mine:
        assert mine is not None
        assert mine.id == first.id
        with other.jobs.taken() as theirs:
            assert theirs is not None
            assert theirs.id == second.id
            with machine("third").jobs.taken() as nothing:
                assert nothing is None
    with other.jobs.taken() as again:
        assert again is not None
        assert again.id == first.id, "its worker has gone without finishing it"


def test_workers_of_two_machines_do_every_job_once(machine: MakeMachine) -> None:
    machines = [machine("one"), machine("other")]
    made = [machines[0].upload({f"{n}.txt": f"The desk number {n} opens at {n} o'clock.".encode()}) for n in range(12)]
    for each in machines:
        each.worker.start()
    found = [ended(machines[0].jobs, job) for job in made]
    assert {job.stage for job in found} == {Stage.DONE}
    assert [machines[1].jobs.items(job.id)[0].status for job in made] == ["added"] * 12
    assert len(machines[1].library.documents(EVERYTHING)) == 12


def test_writers_of_many_threads_count_in_the_order_in_which_they_end(machine: MakeMachine) -> None:
    one, other = machine("one"), machine("other")
    seen: list[tuple[int, int]] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            with other.library.engine.connect() as connection:
                row = connection.execute(
                    text(
                        "SELECT (SELECT count(*) FROM passages), (SELECT coalesce(max(revision), 0) FROM passages),"
                        " (SELECT value FROM facts WHERE name = 'revision')"
                    )
                ).one()
            seen.append((int(row[1]), int(row[2] or 0)))

    looking = threading.Thread(target=look)
    looking.start()
    jobs = [one.upload({f"{n}.txt": f"Text number {n} of the writers.".encode()}) for n in range(6)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: one.jobs.cancel(jobs[n].id), range(3)))
    one.worker.start()
    other.worker.start()
    for job in jobs[3:]:
        ended(one.jobs, job)
    stop.set()
    looking.join()
    assert seen == sorted(seen), "a reader saw a later revision before an earlier one"
    assert all(newest <= counted for newest, counted in seen)


def test_a_name_is_claimed_once(machine: MakeMachine) -> None:
    one, other = machine("one").library.engine, machine("other").library.engine
    with claimed(one, "building") as mine, claimed(other, "building") as theirs, claimed(other, "job 1") as another:
        assert (mine, theirs, another) == (True, False, True)
    with claimed(other, "building") as again:
        assert again


def test_generations_are_built_in_turn_and_by_each_machine(machine: MakeMachine) -> None:
    one, other = machine("one"), machine("other")
    with claimed(other.library.engine, "building"):
        assert one.generations.build(one.library) is False
    assert one.generations.build(one.library)
    assert other.generations.current_name() is None
    assert other.generations.build(other.library)


@pytest.mark.parametrize("size", [0, 1, PART, PART + 1])
def test_an_uploaded_file_comes_whole_to_another_machine(machine: MakeMachine, tmp_path: Path, size: int) -> None:
    engine = machine("one").library.engine
    parts = shared_parts(engine)
    assert parts is not None
    given, got = tmp_path / "given", tmp_path / "got"
    given.write_bytes(bytes(range(256)) * (size // 256) + b"x" * (size % 256))
    parts.put("0" * 32, given)
    assert parts.fetch("0" * 32, got)
    assert got.read_bytes() == given.read_bytes()
    parts.discard("0" * 32)
    assert not parts.fetch("0" * 32, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_server_that_stops_is_named_and_all_is_there_when_it_is_back(tmp_path: Path, embedder: Embedder) -> None:
    with postgresql_server() as server:
        machine = Machine(tmp_path / "one", server.url(tmp_path), embedder)
        job = machine.upload(texts(2))
        server.stop()
        for attempt in (machine.library.revision, lambda: machine.upload(texts(1)), machine.jobs.counts):
            with pytest.raises(LibraryUnusable, match="database cannot be used"):
                attempt()
        with pytest.raises(LibraryUnusable, match="database cannot be used"):
            open_database(tmp_path / "two", server.url(tmp_path))
        server.start()
        machine.worker.start()
        assert ended(machine.jobs, job).stage is Stage.DONE
        machine.worker.stop()
        machine.index.close()


@pytest.mark.parametrize("collection", ["a\x00b", "x" * 129])
def test_a_text_that_the_server_does_not_take_is_the_caller_s_mistake(machine: MakeMachine, collection: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be kept"):
        machine("one").jobs.add("upload", Audience.PUBLIC, collection)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://", "mysql://host/x"])
def test_an_address_that_makes_no_sense_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises((InvalidSetting, LibraryUnusable)):
        open_database(tmp_path, url)


def test_a_database_of_another_program_is_left_alone(postgresql: PostgresServer, tmp_path: Path) -> None:
    url = postgresql.url(tmp_path / "foreign")
    engine = open_database(tmp_path, url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()
    with pytest.raises(LibraryForeign):
        open_database(tmp_path, url)
