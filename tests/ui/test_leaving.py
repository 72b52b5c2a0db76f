"""A reader who goes while a chat model writes: the model is told to stop, and nothing of the request is left."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from assistant import chat_stream
from assistant.access import Access
from assistant.assistant import Assistant
from assistant.chat_provider import open_chat_model
from assistant.conversations import Conversations, State
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_reader
from tests.browser.serving import served
from ui.app import create_app

QUESTION = "When is the permit office in Vellmar open?"
ABORTS = 100
AT_ONCE = 10
PAUSE = 0.05


class SlowModel(ThreadingHTTPServer):
    """Streams a word now and then for as long as anybody listens; counts who began, and knows when writing failed."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Writer)
        self.lock = threading.Condition()
        self.began = 0
        self.stopped = 0
        self.silent = False

    def count(self, *, began: int = 0, stopped: int = 0) -> None:
        with self.lock:
            self.began += began
            self.stopped += stopped
            self.lock.notify_all()

    def wait_for(self, *, began: int = 0, stopped: int = 0, seconds: float) -> bool:
        with self.lock:
            return self.lock.wait_for(lambda: self.began >= began and self.stopped >= stopped, seconds)


class Writer(BaseHTTPRequestHandler):
    server: SlowModel

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.server.count(began=1)
        choice = {"index": 0, "delta": {"role": "assistant", "content": "word "}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        # A comment keeps a silent stream alive and gives the client nothing to read.
        line = b": \n\n" if self.server.silent else b"data: " + json.dumps(chunk).encode() + b"\n\n"
        try:
            while True:
                self.wfile.write(line)
                time.sleep(PAUSE)
        except OSError:
            self.server.count(stopped=1)


@pytest.fixture
def model() -> Iterator[SlowModel]:
    with SlowModel() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def address(
    model: SlowModel, assistant: Assistant, access: Access, conversations: Conversations, shared_reader: Reader
) -> Iterator[str]:
    settings = load_settings(
        chat_model="openai:m", chat_base_url=f"http://127.0.0.1:{model.server_port}/v1", chat_api_key="k"
    )
    chatting = Assistant(assistant.index, shared_reader, settings, open_chat_model(settings))
    with served(create_app(chatting, access, conversations=conversations)) as address:
        yield address


@pytest.fixture(scope="module")
def shared_reader(assistant: Assistant) -> Reader:
    return open_reader(load_settings(), assistant.index.embedder)


def begin(address: str, *, stream: bool, **body: object) -> socket.socket:
    """Send a question and leave the answer unread."""
    url = urlsplit(address)
    assert url.hostname is not None
    assert url.port is not None
    content = json.dumps({"question": QUESTION, **body}).encode()
    accept = "text/event-stream" if stream else "application/json"
    head = f"POST /v1/ask HTTP/1.1\r\nHost: {url.netloc}\r\nAccept: {accept}\r\nContent-Type: application/json\r\n"
    connection = socket.create_connection((url.hostname, url.port), 10)
    connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
    return connection


def chat_tasks() -> set[asyncio.Task[object]]:
    """What is still going on in the loop in which chat models are read, of whatever client."""
    return asyncio.all_tasks(chat_stream.running_loop())


def test_a_hundred_readers_go_and_the_model_stops_for_each(model: SlowModel, address: str) -> None:
    with begin(address, stream=True):
        assert model.wait_for(began=1, seconds=20)
    assert model.wait_for(stopped=1, seconds=5)
    model.began = model.stopped = 0
    threads = threading.active_count()
    for first in range(0, ABORTS, AT_ONCE):
        asking = [begin(address, stream=True) for _ in range(AT_ONCE)]
        assert model.wait_for(began=first + AT_ONCE, seconds=20)
        for connection in asking:
            connection.close()
        assert model.wait_for(stopped=first + AT_ONCE, seconds=2), model.stopped
    assert model.began == model.stopped == ABORTS
    deadline = time.monotonic() + 2
    while chat_tasks():
        assert time.monotonic() < deadline, chat_tasks()
        time.sleep(0.05)
    # Pools of threads are kept, and grow to the number of requests at once.
    assert threading.active_count() <= threads + 2 * AT_ONCE


@pytest.mark.parametrize("stream", [True, False], ids=["events", "JSON"])
def test_a_model_that_writes_nothing_is_not_waited_for_either(model: SlowModel, address: str, stream: bool) -> None:
    model.silent = True
    asking = begin(address, stream=stream)
    assert model.wait_for(began=1, seconds=20)
    asking.close()
    assert model.wait_for(stopped=1, seconds=2)


def test_the_conversation_says_that_its_answer_broke_off(
    model: SlowModel, address: str, conversations: Conversations, access: Access
) -> None:
    model.silent = True
    caller = access.caller(None)
    conversation_id = conversations.begin(caller)
    asking = begin(address, stream=True, conversation_id=conversation_id)
    assert model.wait_for(began=1, seconds=20)
    asking.close()
    assert model.wait_for(stopped=1, seconds=2)
    deadline = time.monotonic() + 5
    while (turn := conversations.turns(conversation_id, caller)[-1]).state is State.ANSWERING:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert turn.state is State.BROKEN
