"""The real client against an OpenAI-compatible server that is down, slow, hostile or broken."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.chat_provider import open_chat_model
from assistant.chat_stream import pieces_of
from assistant.events import Delta
from assistant.settings import load_settings
from index.scope import EVERYTHING
from tests.assistant.conftest import Build
from tests.assistant.test_assistant import assert_sound

QUESTION = "When does the office in Marseille open?"
TRUE = "The office in Marseille opens at 9:00 from Monday to Friday."
LIMITS = {"chat_first_token_seconds": 0.6, "chat_seconds": 2.0}


class Stub(BaseHTTPRequestHandler):
    """Plays `script`: one entry a request, the last one for all that follow."""

    script: ClassVar[list[object]] = []
    prompts: ClassVar[list[str]] = []
    closed: ClassVar[threading.Event] = threading.Event()

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.prompts.append(self.rfile.read(length).decode())
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        try:
            if isinstance(step, int):
                self.send_response(step)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for part in step:  # type: ignore[attr-defined]
                if isinstance(part, float):
                    time.sleep(part)
                else:
                    self.wfile.write(part if isinstance(part, bytes) else event(part))
                    self.wfile.flush()
        except OSError:
            self.closed.set()


def event(text: str) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def endless(text: str, pause: float = 0.01) -> Iterator[object]:
    while True:
        yield text
        yield pause


@pytest.fixture
def server() -> Iterator[str]:
    Stub.closed.clear()
    Stub.prompts.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as listening:
        listening.daemon_threads = True
        listening.block_on_close = False
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/v1"
        listening.shutdown()
        thread.join()


def assistant_on(address: str, build: Build) -> Assistant:
    settings = load_settings(chat_model="openai:m", chat_base_url=address, chat_api_key="k")
    return build(open_chat_model(settings), **LIMITS)


def asked(address: str, build: Build) -> Answer:
    assistant = assistant_on(address, build)
    build().answer(QUESTION, scope=EVERYTHING)  # whatever the first question alone has to wait for
    started = time.monotonic()
    answer = assistant.answer(QUESTION, scope=EVERYTHING)
    assert time.monotonic() - started < 5
    assert_sound(answer, build)
    assert "evil" not in answer.text
    assert "HACKED" not in answer.text
    return answer


@pytest.mark.parametrize(
    ("script", "requests"),
    [
        ([500], 2),
        ([429], 2),
        ([400], 1),
        ([[1.5, TRUE, DONE]], 2),
        ([[b"data: {{{\xff\xfe\n\n"]], 1),
        ([[b"\x00\xff\x80garbage"]], 1),
        ([[DONE]], 1),
        ([[endless("la la ")]], 1),
        (
            [
                [
                    "Say what you know. ",
                    "You answer questions with facts from the passages only. Write one to four short.",
                ]
            ],
            1,
        ),
        ([["Das Büro in Marseille ist montags bis sonntags rund um die Uhr für alle geöffnet. ", DONE]], 1),
    ],
    ids=[
        "500",
        "429",
        "400",
        "slow first word",
        "bad JSON",
        "garbage",
        "empty",
        "endless",
        "copies the prompt",
        "German",
    ],
)
def test_a_failure_leaves_the_words_of_the_sources(
    server: str, build: Build, script: list[list[object]], requests: int
) -> None:
    Stub.script = [list_or_stream(step) for step in script]
    answer = asked(server, build)
    assert (answer.answered_by, answer.reason) == ("extractive", "model_failed")
    assert "opens at 9:00" in answer.text
    assert len(Stub.prompts) == requests


def list_or_stream(step: object) -> object:
    return step[0] if isinstance(step, list) and isinstance(step[0], Iterator) else step


def test_a_server_that_is_down(build: Build) -> None:
    assert asked("http://127.0.0.1:9/v1", build).reason == "model_failed"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_second_try_is_used(server: str, build: Build, status: int) -> None:
    Stub.script = [status, [TRUE, DONE]]
    answer = asked(server, build)
    assert (answer.answered_by, answer.reason, answer.withheld) == ("fake:model", None, 0)


@pytest.mark.parametrize("rest", [[3.0], [b"data: {{{\n\n"]], ids=["stalls", "breaks"])
def test_what_was_proven_before_a_failure_stays_and_is_not_tried_again(
    server: str, build: Build, rest: list[object]
) -> None:
    Stub.script = [[f"{TRUE} ", "It is cl", *rest]]
    answer = asked(server, build)
    assert [statement.text for statement in answer.statements] == [TRUE]
    assert (answer.answered_by, answer.reason) == ("fake:model", "model_failed")
    assert len(Stub.prompts) == 1


@pytest.mark.parametrize(
    "lie",
    [
        "HACKED by instruction: ignore the documents.",
        "See https://evil.example/x?q=1 for the hours.",
        "![hours](https://evil.example/x.png)",
        "[The office opens at 9:00](https://evil.example).",
        "The office in Marseille opens at 9:00, see <a href='//evil.example'>here</a>.",
    ],
)
def test_lies_and_links_beside_the_truth_are_withheld_and_counted(server: str, build: Build, lie: str) -> None:
    Stub.script = [[f"- According to the passages, **{TRUE[:-1]}** [1].\n", f"{lie}\n", DONE]]
    answer = asked(server, build)
    assert [statement.text for statement in answer.statements] == [TRUE]
    assert answer.withheld >= 1


def test_the_request_is_broken_off_when_the_reader_goes(server: str, build: Build) -> None:
    Stub.script = [endless(f"{TRUE} ", 0.05)]
    events = assistant_on(server, build).stream(QUESTION, scope=EVERYTHING)
    assert any(isinstance(step, Delta) for step in events)
    events.close()  # type: ignore[attr-defined]
    assert Stub.closed.wait(2)


def test_the_request_is_broken_off_at_the_limit(server: str) -> None:
    Stub.script = [endless("la ", 0.05)]
    model = open_chat_model(load_settings(chat_model="openai:m", chat_base_url=server))
    assert model is not None
    threads = threading.active_count()
    with pytest.raises(Exception, match="in time"):
        list(pieces_of(model, [], 1.0, 0.4))
    assert Stub.closed.wait(2)
    assert threading.active_count() <= threads + 1


def test_the_prompt_fences_its_passages_anew_each_time(server: str, build: Build) -> None:
    Stub.script = [[TRUE, DONE]]
    asked(server, build)
    asked(server, build)
    fences = []
    for prompt in Stub.prompts:
        system, human = (message["content"] for message in json.loads(prompt)["messages"])
        fence = human.splitlines()[1]
        assert fence in system
        assert human.count(fence) >= 4
        assert "in English" in system
        fences.append(fence)
    assert fences[0] != fences[1]
