"""A vector server that is down, held up, emptied, full or of another version: words are searched, nothing is lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from eval.postgresql_server import pgvector_programs, postgresql_server
from index.backup import back_up
from index.breaker import Breaker
from index.document import Audience
from index.errors import InvalidSetting, VectorsForeign, VectorsUnavailable
from index.hit import Mode, SearchResult
from index.index import Index
from index.restoration import restore
from index.scope import EVERYTHING
from index.served import ServedVectors
from index.vector_server import open_vector_server
from tests.chroma import chroma_server
from tests.index.conftest import MakeDraft
from tests.index.engines import machine

BACK_SECONDS = 10.0
WAIT_SECONDS = 6.0
"""A search waits for a server once, for two or three seconds."""


class Server(Protocol):
    def start(self) -> None: ...

    def kill(self) -> None: ...

    def held_up(self) -> AbstractContextManager[None]: ...


@pytest.fixture(params=("chroma", "pgvector"), scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, Server]]:
    """Its address, and what can be done to it. Every test leaves it running."""
    if request.param == "chroma":
        with chroma_server() as chroma:
            yield chroma.url, chroma
    else:
        with postgresql_server(pgvector_programs()) as postgres:
            yield postgres.url(Path()), postgres


def searched(index: Index, mode: Mode = Mode.HYBRID) -> SearchResult:
    return index.search("the fee of page 3", language="en", scope=EVERYTHING, mode=mode)


def texts(result: SearchResult) -> list[str]:
    return [hit.passage.text for hit in result.hits]


def wait_until_back(index: Index) -> SearchResult:
    started = time.monotonic()
    while (result := searched(index)).by_words:
        assert time.monotonic() - started < BACK_SECONDS
        time.sleep(0.1)
    return result


def fill(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft(f"page {n}", f"The fee of page {n} is low.", Audience.PUBLIC) for n in range(8)])
    assert index.settle(force=True)


def test_words_are_searched_until_it_is_back(
    running: tuple[str, Server], tmp_path: Path, make_draft: MakeDraft
) -> None:
    url, server = running
    with machine(tmp_path, url) as index:
        fill(index, make_draft)
        before = searched(index)
        assert not before.by_words
        server.kill()
        started = time.monotonic()
        result = searched(index)
        assert time.monotonic() - started < WAIT_SECONDS
        assert result.by_words
        assert texts(result)[0] == "The fee of page 3 is low."
        assert not searched(index, Mode.KEYWORDS).by_words
        assert not index.settle(force=True)  # it cannot be built; what is new is found all the same
        index.add([make_draft("new", "Something else.")])
        assert "Something else." in texts(searched(index, Mode.DENSE))
        server.start()
        index.remove(index.library.known(["new"])["new"].document_id)
        assert texts(wait_until_back(index)) == texts(before)
        assert index.settle(force=True)


def test_a_server_that_answers_nothing_is_waited_for_once(
    running: tuple[str, Server], tmp_path: Path, make_draft: MakeDraft
) -> None:
    url, server = running
    with machine(tmp_path, url) as index:
        fill(index, make_draft)
        before = texts(searched(index))
        with server.held_up():
            seconds = []
            for _ in range(3):
                started = time.monotonic()
                assert searched(index).by_words
                seconds.append(time.monotonic() - started)
        assert max(seconds) < WAIT_SECONDS
        assert sorted(seconds)[1] < 1.5  # it is left alone meanwhile
        assert texts(wait_until_back(index)) == before


def test_what_is_gone_from_it_is_put_there_again(
    running: tuple[str, Server], tmp_path: Path, make_draft: MakeDraft
) -> None:
    url, _ = running
    with machine(tmp_path, url) as index, closing(open_vector_server(url)) as server:
        fill(index, make_draft)
        before = texts(searched(index))
        server.remove((tmp_path / "one" / "current").read_text())
        assert searched(index).by_words
        index.settle()
        assert texts(searched(index)) == before  # in memory, exactly
        assert index.standing().delta == 8
        assert index.settle(force=True)
        assert (index.standing().delta, texts(wait_until_back(index))) == (0, before)


@pytest.mark.sqlite
def test_a_restored_library_leaves_the_vectors_of_the_other_alone(tmp_path: Path, make_draft: MakeDraft) -> None:
    with machine(tmp_path / "data", "") as index:
        index.add([make_draft("page", "The fee of page 3 is low.")])
        server = ServedVectors(index.library.engine, "chroma://host")
        server.begin("generation-1", "hashed", 1)
        server.finish("generation-1", {"public": 1, "internal": 0})
        back_up(index.library.engine, tmp_path / "data", tmp_path / "backup")
        restore(tmp_path / "backup", tmp_path / "copy")
        with machine(tmp_path / "copy", "") as copy:
            assert ServedVectors(copy.library.engine, "chroma://host").newest("hashed") is None
            assert copy.library.revision() == index.library.revision()
        assert server.newest("hashed") is not None


@contextmanager
def answering(version: str, status: int, body: object) -> Iterator[str]:
    """A server that says it is a Chroma of this version, and answers everything else in one way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, version) if self.path == "/api/v2/version" else self._answer(status, body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(status, body)

        def _answer(self, code: int, told: object) -> None:
            content = json.dumps(told).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"chroma://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_another_version_is_told() -> None:
    with answering("0.6.3", 200, {}) as url, closing(open_vector_server(url)) as server:
        with pytest.raises(VectorsForeign, match=r"version 0\.6\.3, not 1\.x"):
            server.check()
        with pytest.raises(VectorsForeign):
            server.writer("generation", Audience.PUBLIC, 1)


def test_a_full_server_keeps_the_library_whole(tmp_path: Path, make_draft: MakeDraft) -> None:
    full = {"error": "InternalError", "message": "database or disk is full"}
    with answering("1.0.0", 500, full) as url, machine(tmp_path, url) as index:
        index.add([make_draft("page", "The fee of page 3 is low.")])
        with closing(open_vector_server(url)) as server, pytest.raises(VectorsUnavailable, match="disk is full"):
            server.writer("generation", Audience.PUBLIC, 1)
        assert not index.settle(force=True)
        assert texts(searched(index)) == ["The fee of page 3 is low."]
        assert not searched(index).by_words


def test_an_answer_of_another_shape_is_told() -> None:
    with answering("1.0.0", 200, {"id": "x", "answer": 42}) as url, closing(open_vector_server(url)) as server:
        reader = server.reader("generation", Audience.PUBLIC)
        with pytest.raises(VectorsForeign):
            reader.search(np.ones(3, dtype=np.float32), 1)


@pytest.mark.parametrize("url", ["http://host:8000", "chroma://", "redis://host", "chroma://[host", "/var/vectors"])
def test_an_address_of_nothing_known_is_refused(url: str) -> None:
    with pytest.raises(InvalidSetting, match="vectors_url"):
        open_vector_server(url)


def test_passwords_are_in_no_address() -> None:
    for url in ("chroma+https://name:secret@host/path", "postgresql://name:secret@host/vectors"):
        with closing(open_vector_server(url)) as server:
            assert "secret" not in server.address
            assert "host" in server.address


class TestBreaker:
    def test_one_call_tries_when_the_rest_is_over(self) -> None:
        breaker = Breaker(rest_seconds=0.2)
        with pytest.raises(VectorsForeign), breaker.guarded():
            raise VectorsForeign("other")
        with pytest.raises(VectorsForeign, match="other"), breaker.guarded():
            raise AssertionError("it is left alone")
        time.sleep(0.25)
        with breaker.guarded(), pytest.raises(VectorsForeign), breaker.guarded():
            raise AssertionError("one tries already")
        with breaker.guarded():
            pass
