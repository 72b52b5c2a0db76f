"""A document that one process relabels, moves or removes is out of reach in another one's server at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from eval.product import serving
from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING
from ingest.pipeline import ingest
from tests.assistant.test_chat_server import DONE, event

QUESTION = "When does the office in Marseille open, and what must I bring?"
FIRST = "The office in Marseille opens at 9:00 from Monday to Friday."
SECOND = "The office in Marseille asks visitors to bring a passport and two photographs."
DOCUMENTS = {"hours.md": f"# Opening hours\n\n{FIRST}", "papers.md": f"# Papers\n\n{SECOND}"}
SOON = 5.0
"""Seconds in which a change must be in force everywhere."""


class Slow(BaseHTTPRequestHandler):
    """A chat model that writes its second sentence when it may."""

    may_go_on: ClassVar[threading.Event] = threading.Event()

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        # The first sentence is known to have ended when the next one begins.
        self.wfile.write(event(f"{FIRST} The office"))
        self.wfile.flush()
        self.may_go_on.wait(60)
        self.wfile.write(event(f"{SECOND.removeprefix('The office')}") + DONE)


@pytest.fixture(scope="module")
def chat_model() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, chat_model: str) -> Path:
    folder = tmp_path_factory.mktemp("two")
    chat = {"chat_model": "openai:slow", "chat_base_url": chat_model, "chat_api_key": "k"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in chat.items()]
    (folder / "missiondesk.toml").write_text("\n".join([*lines, "answer_probability = 0.01"]), encoding="utf-8")
    library = Library(open_database(folder / "data"))
    index = Index(library, embedder, Generations(folder / "data" / "generations", embedder.name))
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
        assert ingest([str(folder / name)], lambda: index, library, audience=Audience.PUBLIC).failed == 0
    index.close()
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The product itself, in a process of its own."""
    with serving(folder / "data", folder) as address:
        yield address


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    """This process's own view of the same data folder."""
    library = Library(open_database(folder / "data"))
    yield library
    library.close()


@pytest.fixture
def visitor(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60, headers={"Origin": server}) as client:
        opened = client.post("/v1/widget/sessions", json={"site": "demo"}).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        Slow.may_go_on.set()
        yield client


def id_of(library: Library, name: str) -> str:
    return next(each.id for each in library.documents(EVERYTHING) if each.uri.endswith(name))


def views(client: httpx.Client, held: str, document_id: str) -> dict[str, str]:
    """What a visitor is shown in each place."""
    answers = {
        "search": client.get("/v1/search", params={"q": "passport and photographs"}),
        "documents": client.get("/v1/documents"),
        "document": client.get(f"/v1/documents/{document_id}"),
        "history": client.get(f"/v1/conversations/{held}"),
        "ask": client.post("/v1/ask", json={"question": QUESTION}),
    }
    return {name: answer.text for name, answer in answers.items()}


def shows(text: str) -> bool:
    return "two photographs" in text or "papers.md" in text


def until(condition: Callable[[], bool]) -> float:
    """Seconds until it holds, at most `SOON`."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < SOON
        time.sleep(0.1)
    return time.monotonic() - started


def test_an_open_stream_and_every_view_lose_what_another_process_relabels(
    visitor: httpx.Client, library: Library
) -> None:
    papers = id_of(library, "papers.md")
    held = visitor.post("/v1/ask", json={"question": QUESTION, "conversation": True}).json()["conversation_id"]
    assert all(shows(text) for text in views(visitor, held, papers).values())
    Slow.may_go_on.clear()
    accept = {"Accept": "text/event-stream"}
    with visitor.stream("POST", "/v1/ask", json={"question": QUESTION}, headers=accept) as stream:
        lines = stream.iter_lines()
        assert any(line == "event: delta" for line in lines)
        assert FIRST in next(lines)
        library.amend(papers, audience=Audience.INTERNAL)
        Slow.may_go_on.set()
        rest = "\n".join(lines)
    assert "event: answer" in rest
    assert FIRST in rest
    assert not shows(rest)
    until(lambda: not any(shows(text) for text in views(visitor, held, papers).values()))
    library.amend(papers, audience=Audience.PUBLIC)
    until(lambda: all(shows(text) for text in views(visitor, held, papers).values()))


def test_what_one_server_relabels_another_one_hides(
    visitor: httpx.Client, library: Library, server: str, folder: Path
) -> None:
    papers = id_of(library, "papers.md")
    with serving(folder / "data", folder) as other:
        changed = httpx.patch(f"{other}/v1/documents/{papers}", json={"audience": "internal"})
        assert changed.status_code == 200
        until(lambda: visitor.get(f"/v1/documents/{papers}").status_code == 404)
        until(lambda: not shows(visitor.get("/v1/search", params={"q": "passport"}).text))
        assert httpx.get(f"{server}/v1/documents/{papers}").json()["audience"] == "internal"
        assert httpx.delete(f"{other}/v1/documents/{papers}").status_code == 204
        until(lambda: httpx.get(f"{server}/v1/documents/{papers}").status_code == 404)
