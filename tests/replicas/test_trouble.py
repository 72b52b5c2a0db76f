"""A database that is restarted, away, read-only, full, slow, or of another version; machines whose clocks differ."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from assistant.access import Access
from assistant.budget import Budget
from assistant.limiter import Limiter
from assistant.signed import SKEW_SECONDS
from assistant.widget_access import Sender
from assistant.window_rows import WindowRows
from eval.postgresql_server import PostgresServer, postgresql_server
from index.database import open_database
from index.embedding import Embedder
from index.errors import LibraryForeign, LibraryUnusable, SessionExpired, StorageFull, TooManyRequests
from index.job import Stage
from index.scope import EVERYTHING
from tests.assistant.test_limiter import RATES, asked, visitor
from tests.ingest.test_jobs import ended, texts
from tests.replicas.conftest import MakeMachine
from tests.replicas.machine import Machine

pytestmark = pytest.mark.sqlite  # these open what they need themselves

BACK_SECONDS = 10.0
PAGE = Sender("https://help.example.org")


def search(machine: Machine) -> str:
    hits = machine.index.search("When is desk 1 open?", language="en", limit=1, scope=EVERYTHING).hits
    return hits[0].document.title


@pytest.fixture
def filled(machine: MakeMachine) -> Machine:
    made = machine("one")
    made.fill(3)
    return made


def test_a_restart_fails_no_search_that_begins_meanwhile(tmp_path: Path, embedder: Embedder) -> None:
    with postgresql_server() as server:
        machine = Machine(tmp_path / "one", server.url(tmp_path), embedder)
        machine.fill(3)
        machine.worker.start()
        failed: list[float] = []
        found: list[float] = []
        stop = threading.Event()

        def look() -> None:
            while not stop.is_set():
                begun = time.monotonic()
                try:
                    assert "desk 1" in search(machine)
                    found.append(time.monotonic())
                except LibraryUnusable:
                    failed.append(begun)

        with ThreadPoolExecutor(3) as pool:
            looking = [pool.submit(look) for _ in range(3)]
            time.sleep(0.5)
            server.kill()
            killed = time.monotonic()
            time.sleep(1)
            server.start()
            back = time.monotonic()
            while not found or found[-1] < back:
                assert time.monotonic() - back < BACK_SECONDS
                time.sleep(0.05)
            stop.set()
            for each in looking:
                each.result()
        assert [begun for begun in failed if begun > killed] == []
        assert len(failed) <= 3
        again = machine.upload({"9.txt": b"A text that comes after the restart, about desk 9."})
        assert ended(machine.jobs, again).stage is Stage.DONE, "the worker has gone on"
        machine.close()


def test_a_database_that_is_away_for_long_is_named_at_once(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.postgresql.RESTART_SECONDS", 1.0)
    with postgresql_server() as server:
        machine = Machine(tmp_path / "one", server.url(tmp_path), embedder)
        server.stop()
        with pytest.raises(LibraryUnusable, match="cannot be used"):
            machine.library.revision()
        begun = time.monotonic()
        with pytest.raises(LibraryUnusable, match="cannot be used"):
            machine.library.revision()
        assert time.monotonic() - begun < 1
        server.start()
        assert machine.library.revision() == 0
        machine.close()


def test_a_database_that_hangs_is_named_after_a_while_and_used_again_when_it_answers(
    filled: Machine, postgresql: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.patient_connection.PatientConnection.answer_seconds", 1.0)
    monkeypatch.setattr("index.postgresql.RESTART_SECONDS", 1.0)
    assert "desk 1" in search(filled)
    begun = time.monotonic()
    with (
        filled.library.engine.connect() as connection,
        pytest.raises(LibraryUnusable, match="has not answered for 1 seconds"),
    ):
        connection.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - begun < 5
    with postgresql.held_up(), pytest.raises(LibraryUnusable):
        filled.library.revision()
    back = time.monotonic()
    assert "desk 1" in search(filled)
    assert time.monotonic() - back < BACK_SECONDS


def test_a_read_only_database_is_searched_and_named(filled: Machine, postgresql: PostgresServer) -> None:
    engine = create_engine(filled.library.engine.url, isolation_level="AUTOCOMMIT")
    name = filled.library.engine.url.database

    def tell(value: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}"))
        filled.library.engine.dispose()  # it holds for connections that are made from now on

    tell("on")
    try:
        assert "desk 1" in search(filled)
        with pytest.raises(LibraryUnusable, match="read-only"):
            filled.library.check_writable()
        with pytest.raises(LibraryUnusable, match="cannot be written at the moment"):
            filled.upload({"4.txt": b"A text about desk 4 that is not lost."})
    finally:
        with engine.connect() as connection:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
        engine.dispose()
        filled.library.engine.dispose()
    filled.library.check_writable()
    assert filled.upload({"4.txt": b"A text about desk 4 that is not lost."}).stage is Stage.QUEUED


def test_what_does_not_fit_on_the_database_s_disk_is_read_once_there_is_room(
    machine: MakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error of a full disk, as the server gives it; for longer than a job would be tried."""
    monkeypatch.setattr("ingest.jobs.TROUBLE_SECONDS", 0.05)
    one = machine("one")
    full = """CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"""
    with one.library.engine.begin() as connection:
        connection.execute(text(full))
        connection.execute(
            text("CREATE TRIGGER full_disk BEFORE INSERT ON documents FOR EACH ROW EXECUTE FUNCTION full_disk()")
        )
    tries: list[int] = []
    real = one.index.embedded

    def counted(drafts: object) -> object:
        tries.append(1)
        return real(drafts)  # type: ignore[arg-type]

    monkeypatch.setattr(one.index, "embedded", counted)
    job = one.upload(texts(2))
    one.worker.start()
    until = time.monotonic() + 60
    while len(tries) < 5:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert one.jobs.get(job.id).stage is Stage.RUNNING
    with one.library.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full_disk ON documents"))
    assert ended(one.jobs, job).stage is Stage.DONE
    assert {item.status for item in one.jobs.items(job.id)} == {"added"}


def test_a_full_disk_has_a_name_of_its_own(machine: MakeMachine) -> None:
    with (
        pytest.raises(StorageFull, match="Make room"),
        machine("one").library.engine.connect() as connection,
    ):
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$"))


def test_a_slow_database_makes_searches_slow_and_no_more(
    filled: Machine, postgresql: PostgresServer, tmp_path: Path, embedder: Embedder
) -> None:
    with slow_way(postgresql.port, 0.02) as port:
        url = str(filled.library.engine.url).replace(f":{postgresql.port}/", f":{port}/")
        far = Machine(tmp_path / "far", url, embedder)
        assert "desk 1" in search(far)
        far.close()


# -- versions ----------------------------------------------------------------------------------------------------------


def test_an_older_program_goes_on_beside_a_newer_one_s_tables_and_does_not_start_anew(
    filled: Machine, tmp_path: Path
) -> None:
    """In an upgrade: a newer server has made tables and columns of its own, which older ones do not know."""
    with filled.library.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_the_next_version (number integer)"))
        connection.execute(text("ALTER TABLE documents ADD COLUMN of_the_next_version text"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "desk 1" in search(filled)
    filled.upload({"5.txt": b"A text about desk 5, sent to the older server."})
    with filled.jobs.taken() as job:
        assert job is not None
    with pytest.raises(LibraryForeign, match="newer missiondesk"):
        open_database(tmp_path / "new", filled.library.engine.url.render_as_string(hide_password=False))


def test_migrations_only_add_so_that_two_versions_can_stand_beside_each_other() -> None:
    """From 0020 on, when several servers became possible: what an older one reads and writes stays as it is."""
    folder = Path(__file__).parents[2] / "index" / "migrations" / "versions"
    later = [path for path in sorted(folder.glob("v*.py")) if path.name[1:5] >= "0020"]
    assert later
    for path in later:
        upgrade = path.read_text("utf-8").partition("def upgrade")[2].partition("def downgrade")[0]
        for removing in ("drop_", "rename", "alter_column", "DELETE", "ALTER TABLE"):
            assert removing not in upgrade, f"{path.name} takes away what an older server needs: {removing}"
        for line in upgrade.split("\n"):
            if "add_column" in line:
                assert "nullable=True" in line or "server_default" in line, f"{path.name}: {line}"


# -- clocks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [-SKEW_SECONDS + 5, SKEW_SECONDS - 5])
def test_a_widget_s_token_is_good_at_a_server_whose_clock_differs(
    machine: MakeMachine, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    one, other = (Access(machine(name).library, 900) for name in ("one", "other"))
    site = one.widget.sites.add(["https://help.example.org"], name="Help")
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + ahead)
    token = one.widget.open(site).token
    form = one.widget.help_token(one.widget.open_help(site))
    monkeypatch.setattr("time.time", real)
    assert other.widget.visit(token, PAGE).site.id == site.id
    assert other.widget.help_visit(form, site).site.id == site.id


def test_a_token_from_a_far_future_is_no_token(machine: MakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(machine("one").library, 900)
    site = access.widget.sites.add(["https://help.example.org"], name="Help")
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + SKEW_SECONDS + 60)
    token = access.widget.open(site).token
    monkeypatch.setattr("time.time", real)
    with pytest.raises(SessionExpired):
        access.widget.visit(token, PAGE)


# -- limits ------------------------------------------------------------------------------------------------------------


def test_what_is_counted_by_one_server_counts_at_the_other_whatever_its_clock_says(
    machine: MakeMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = [machine(name).library.engine for name in ("one", "other")]
    one, other = (Limiter(RATES, WindowRows(each), Budget(each, per_site=100, overall=100)) for each in engines)
    assert asked(one, (visitor(1), "10.0.0.1"), (visitor(1), "10.0.0.1")) == 2
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + 600)
    assert asked(other, *[(visitor(1), "10.0.0.1")] * 3) == 1
    with pytest.raises(TooManyRequests) as refused:
        other.question(visitor(1), "10.0.0.1")
    assert 1 <= refused.value.retry_after <= 60


def test_two_servers_never_admit_more_than_the_limit_together(machine: MakeMachine) -> None:
    stores = [WindowRows(machine(name).library.engine) for name in ("one", "other")]
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(lambda n: stores[n % 2].acquire_entry("name", 20, 60), range(60)))
    assert sum(admitted) == 20
    assert stores[0].get_moving_window("name", 20, 60)[1] == 20
    stores[0].clear("name")
    assert stores[1].acquire_entry("name", 20, 60)


def test_calls_that_count_no_more_leave_no_rows(machine: MakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = machine("one").library.engine
    store = WindowRows(engine)
    assert store.acquire_entry("short", 1, 1)
    assert not store.acquire_entry("short", 1, 1)
    time.sleep(1.1)
    assert store.acquire_entry("short", 1, 1)
    monkeypatch.setattr(store, "_tidy_at", 0.0)
    time.sleep(1.1)
    assert store.acquire_entry("other", 1, 60)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM counted_calls")) == 1


@contextmanager
def slow_way(port: int, seconds: float) -> Iterator[int]:
    """A port that leads to another one, where each piece takes so long in each direction."""
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as ends:

        def carry(source: socket.socket, target: socket.socket) -> None:
            try:
                while piece := source.recv(1 << 16):
                    time.sleep(seconds)
                    target.sendall(piece)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # one of the two has gone

        def listen() -> None:
            while True:
                try:
                    near, _ = listening.accept()
                except OSError:
                    return
                far = socket.create_connection(("127.0.0.1", port))
                ends.callback(near.close)
                ends.callback(far.close)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=carry, args=pair, daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
