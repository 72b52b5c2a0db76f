"""Several machines over one PostgreSQL library: each with a data folder of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from eval.postgresql_server import PostgresServer, postgresql_server
from index.database import open_database
from index.document import Audience, DocumentDraft, PassageDraft, Span
from index.embedding import Embedder
from index.errors import InvalidRequest, InvalidSetting, LibraryForeign, LibraryUnusable, NotFound
from index.file_parts import PART
from index.job import Stage
from index.postgresql import claimed
from index.scope import EVERYTHING
from index.upload_parts import shared_parts
from index.verification import verify
from ingest.storable import storable_draft
from tests.ingest.test_jobs import ended, texts
from tests.replicas.conftest import MakeMachine
from tests.replicas.machine import Machine

pytestmark = pytest.mark.sqlite  # these open what they need themselves


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


def test_a_server_that_stops_is_named_and_all_is_there_when_it_is_back(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgresql_server() as server:
        monkeypatch.setattr("index.postgresql.RESTART_SECONDS", 0.5)
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
        machine.close()


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


# -- originals ---------------------------------------------------------------------------------------------------------


def test_every_machine_shows_the_original_that_one_has_read(machine: MakeMachine) -> None:
    one, other = machine("one"), machine("other")
    data = b"Desk 7 is open on Monday. " * 100_000
    job = other.upload({"7.txt": data})
    other.worker.start()
    item = one.jobs.items(ended(one.jobs, job).id)[0]
    assert item.document_id is not None
    original = one.library.document(item.document_id, EVERYTHING).original
    assert original is not None
    assert one.originals.is_whole(original)
    assert one.originals.read(original) == data
    assert one.originals.path(original).parent == one.originals.folder
    assert verify(one.library) == []


def test_an_original_goes_with_its_last_document_everywhere(machine: MakeMachine) -> None:
    one, other = machine("one"), machine("other")
    job = one.upload({"a.txt": b"Desk 7 is open on Monday.", "b.txt": b"Desk 7 is open on Monday."})
    one.worker.start()
    items = one.jobs.items(ended(one.jobs, job).id)
    first, second = (item.document_id or "" for item in items)
    original = other.library.document(first, EVERYTHING).original
    assert original is not None
    other.originals.read(original)
    other.library.remove(first)
    assert other.originals.read(original) == b"Desk 7 is open on Monday."
    one.library.remove(second)
    with one.library.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM original_parts")) == 0
    other.originals.sweep(other.library.engine)
    assert list(other.originals.folder.iterdir()) == []
    with pytest.raises(NotFound):
        other.originals.read(original)


# -- texts that no database keeps --------------------------------------------------------------------------------------


def test_what_cannot_be_kept_fails_alone(machine: MakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    one = machine("one")

    def spoiled(draft: DocumentDraft) -> DocumentDraft:
        return replace(draft, theme="\x00") if "desk 1" in draft.title else draft

    monkeypatch.setattr("ingest.run.storable_draft", spoiled)
    job = one.upload(texts(3))
    one.worker.start()
    ended(one.jobs, job)
    found = {item.uri: (item.status, item.error and item.error.code) for item in one.jobs.items(job.id)}
    assert sorted(found.values(), key=str) == [("added", None), ("added", None), ("failed", "not_storable")]


@pytest.mark.parametrize("theme", ["a\x00b", "x" * 100_000, "\ud800"])
def test_what_a_document_says_of_itself_is_kept_as_far_as_it_can(machine: MakeMachine, theme: str) -> None:
    one = machine("one")
    passage = PassageDraft(Span(0, 7), (Span(0, 7),), f"Desk {theme}", "en", section=theme)
    given = DocumentDraft(
        "s", "u\x00", "h", theme, "english-of-england", "a\x00 text.", (passage,), authors=(theme,) * 50,
        organisation=theme, country="Italy", theme=theme, type="t" * 99, translation_names=(theme,),
    )  # fmt: skip
    stored = one.index.add([storable_draft(given)])[0]
    document = one.library.document(stored.document_id, EVERYTHING)
    assert document.text == "a\ufffd text."
    assert len(document.authors) == 20
    assert max(map(len, (document.title, document.theme or "", document.organisation or ""))) <= 300
    assert document.country is None
