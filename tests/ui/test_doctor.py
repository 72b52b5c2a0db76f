"""`missiondesk doctor`: it looks at any state that a machine or library may be in, and changes nothing."""

from __future__ import annotations

import http.server
import os
import socket
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from index.sqlite import FILE_NAME
from tests.ui.test_cli import Run, filled, run
from ui.doctor import folder, program, server
from ui.doctor.finding import Health

__all__ = ["filled", "run"]


class Live(http.server.BaseHTTPRequestHandler):
    """Answers as missiondesk's own server does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "live"}')

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output quiet."""


@pytest.fixture(autouse=True)
def _port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("MISSIONDESK_PORT", str(free.getsockname()[1]))


@pytest.fixture
def empty(run: Run) -> Run:
    """Runs a command on a library without documents."""
    assert run("documents").code == 0
    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def found(run: Run, *arguments: str) -> dict[str, tuple[str, str, str | None]]:
    checks = run("doctor", "--json", *arguments).json()["checks"]
    assert isinstance(checks, list)
    return {check["check"]: (check["health"], check["sentence"], check["remedy"]) for check in checks}


def health(run: Run, name: str) -> str:
    return found(run)[name][0]


def bytes_of(data: Path) -> dict[str, bytes]:
    """The library's own file and what is in its journal; the memory that its readers share is no part of it."""
    files = {
        path.name: path.read_bytes() for path in data.glob("*") if path.is_file() and not path.name.endswith("-shm")
    }
    return {name: content for name, content in files.items() if content}


def test_a_healthy_library(filled: Run, data: Path) -> None:
    data.chmod(0o750)
    before = bytes_of(data)
    outcome = filled("doctor", "--json")
    body = outcome.json()
    assert isinstance(body["checks"], list)
    assert isinstance(body["settings"], list)
    checks = {check["check"]: check for check in body["checks"]}
    assert outcome.code == 0, outcome.out
    assert [name for name, check in checks.items() if check["health"] == "failed"] == []
    for name in ("python", "packages", "torch", "reader", "settings", "embedding model", "data folder", "clock",
                 "library", "schema", "search engines", "jobs", "vectors", "chat model", "port"):  # fmt: skip
        assert (checks[name]["health"], checks[name]["remedy"]) == ("ok", None), checks[name]
    assert "4 documents" in checks["library"]["sentence"]
    assert {setting["name"]: setting["origin"] for setting in body["settings"]}["port"] == "environment"
    assert bytes_of(data) == before


def test_no_library_yet(run: Run, data: Path) -> None:
    assert run("doctor").code == 0
    assert health(run, "library") == "warning"
    assert not data.exists()


def test_a_damaged_library(empty: Run, data: Path) -> None:
    file = data / FILE_NAME
    content = bytearray(file.read_bytes())
    content[4096 * 3 :] = os.urandom(len(content) - 4096 * 3)
    file.write_bytes(content)
    before = bytes_of(data)
    outcome = empty("doctor")
    assert outcome.code == 1
    assert "failed   library:" in outcome.out
    assert "Restore a backup" in outcome.out
    assert "port" in outcome.out, "the other checks are made"
    assert bytes_of(data) == before
    file.write_bytes(b"no database at all" * 300)
    assert health(empty, "library") == "failed"


def test_a_foreign_library(run: Run, data: Path) -> None:
    data.mkdir()
    (data / "thesis.txt").touch()
    assert found(run)["library"][:2] == ("failed", f"{data} holds other files and no library of missiondesk.")
    with closing(sqlite3.connect(data / FILE_NAME)) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    assert "another program" in found(run)["library"][1]
    assert sorted(path.name for path in data.iterdir()) == [FILE_NAME, "thesis.txt"]


@pytest.mark.parametrize(
    ("statement", "check", "expected"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "schema", "failed"),
        ("UPDATE alembic_version SET version_num = '0001'", "schema", "warning"),
        ("INSERT INTO translation_names VALUES ('nobody', 'x')", "library", "failed"),
        (
            "INSERT INTO jobs (id, kind, stage, audience, collection, targets, cancelling, attempts, created_at)"
            " VALUES ('j', 'crawl', 'queued', 'public', 'x', '[]', 0, 0, '2026-11-01 10:00:00')",
            "jobs",
            "warning",
        ),
    ],
)
def test_what_is_odd_inside(empty: Run, data: Path, statement: str, check: str, expected: str) -> None:
    with closing(sqlite3.connect(data / FILE_NAME)) as database, database:
        database.execute(statement)
    health, _, remedy = found(empty)[check]
    assert (health, bool(remedy)) == (expected, True)


def test_a_generation_that_does_not_open(empty: Run, data: Path) -> None:
    generations = data / "generations"
    generations.mkdir(exist_ok=True)
    (generations / "current").write_text("generation-000000001-0")
    health, _, remedy = found(empty)["search engines"]
    assert (health, "reindex" in str(remedy)) == ("failed", True)


def test_settings_that_are_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISSIONDESK_CHAT_MODELL", "none")
    checks = found(run)
    assert "Did you mean chat_model?" in checks["settings"][1]
    assert checks["python"][0] == "ok"


def test_no_secret_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISSIONDESK_CHAT_MODEL", "openai:stub")
    monkeypatch.setenv("MISSIONDESK_CHAT_API_KEY", "sesame-17")
    monkeypatch.setenv("MISSIONDESK_CHAT_BASE_URL", "http://anna:sesame-18@127.0.0.1:9/v1")
    for arguments in (("doctor",), ("doctor", "--json")):
        outcome = run(*arguments)
        assert outcome.code == 1
        assert "openai:stub does not answer" in outcome.out
        assert "sesame" not in outcome.out + outcome.err


def test_the_port(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("MISSIONDESK_PORT", str(taken.getsockname()[1]))
        monkeypatch.setattr(server, "_SECONDS", 0.2)
        assert health(run, "port") == "failed"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Live) as ours:
        threading.Thread(target=ours.serve_forever, daemon=True).start()
        monkeypatch.setenv("MISSIONDESK_PORT", str(ours.server_port))
        assert "missiondesk runs" in found(run)["port"][1]
        ours.shutdown()


def test_folder_and_clock(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.mkdir(mode=0o755)
    monkeypatch.setenv("MISSIONDESK_MIN_FREE_MEGABYTES", "999999999")
    os.utime(data, (time.time() + 7200, time.time() + 7200))
    checks = found(run)
    assert [checks[name][0] for name in ("data folder", "space", "clock")] == ["warning", "failed", "failed"]


def test_a_network_file_system(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mountinfo"
    line = "36 35 98:0 / {} rw,noatime master:1 - {} server:/export rw\n"
    mounts.write_text(line.format("/", "ext4") + line.format(tmp_path, "nfs4") + line.format(f"{tmp_path}x", "xfs"))
    monkeypatch.setattr(folder, "_MOUNTS", mounts)
    assert found(run)["file system"][:2] == ("warning", "The data folder is on a network file system (nfs4).")


def test_packages_out_of_range(monkeypatch: pytest.MonkeyPatch) -> None:
    stated = ["pydantic>=99", "no-such-package>=1", "rich>=14", "openai>=99; extra == 'openai'"]
    monkeypatch.setattr(program, "requires", lambda _: stated)
    found = program.check_packages()
    assert found.health is Health.FAILED
    assert "no-such-package is missing" in found.sentence
    assert "is not >=99" in found.sentence
    assert "openai" not in found.sentence
