"""Fixtures that every test may use: the real bundled model, and no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from assistant.pair import PairEncoder
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from assistant.wiring import open_embedder, open_reader
from eval.postgresql_server import PostgresServer, postgresql_server
from index.embedding import Embedder, SentenceTransformerEmbedder
from index.postgresql import postgresql_engine

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail on any connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test tried to connect to {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real bundled model, loaded once for the whole run."""
    return open_embedder(load_settings())


@pytest.fixture(scope="session")
def reader(embedder: Embedder) -> Reader:
    """The real reader, over the same weights."""
    return open_reader(load_settings(), embedder)


@pytest.fixture
def pairs(embedder: Embedder) -> PairEncoder:
    """The real tokenizer, on questions and passages."""
    assert isinstance(embedder, SentenceTransformerEmbedder)
    return PairEncoder(embedder.tokenizer())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data beside the project. Where it is missing a test is skipped, but never in CI."""
    if not SHARED.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{SHARED} is missing")
        pytest.skip("no public data beside the project")
    return SHARED


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="keep every library in a PostgreSQL database")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A real server; see `eval.postgresql_server`."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def _databases(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Iterator[None]:
    """SQLite files, as the product has them, or with `--postgresql` a database for each folder in place of its file."""
    if not pytestconfig.getoption("--postgresql"):
        yield
        return
    server: PostgresServer = request.getfixturevalue("postgresql")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.database.sqlite_engine", lambda folder: postgresql_engine(server.url(folder.resolve())))
        yield


MEASURED = (
    "tests/browser/", "tests/test_search_speed.py", "tests/ui/test_connection.py", "tests/ui/test_leaving.py",
    "tests/ui/test_search_bars.py", "tests/ui/test_stopping.py",
)  # fmt: skip
"""What takes long by the clock or measures time: one process has it all, so that none of it disturbs another."""


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # xdist comes without types
    """Each file's tests stay in one process, and so does all that is `MEASURED`.

    xdist's own groups (`--dist=loadgroup`) rename tests in a way that pytest 9 takes no notice of.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "measured" if nodeid.startswith(MEASURED) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    return Sharing(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is measured comes first, because it takes longest."""
    if config.getoption("--postgresql"):
        items[:] = [item for item in items if item.get_closest_marker("sqlite") is None]
    items.sort(key=lambda item: not item.nodeid.startswith(MEASURED))
