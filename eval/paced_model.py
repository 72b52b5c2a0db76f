"""A chat model that writes what it is told to, at a steady pace, and remembers when: an OpenAI-compatible server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class PacedModel(ThreadingHTTPServer):
    """`sentence` is written word by word, then `AFTER`; `said_at` is when its last word was sent (`perf_counter`)."""

    AFTER = "That is all."
    daemon_threads = True

    def __init__(self, first_seconds: float, pace_seconds: float) -> None:
        """It writes nothing for `first_seconds`, as a model that reads its prompt, and waits between two words."""
        super().__init__(("127.0.0.1", 0), _Writer)
        self.first_seconds = first_seconds
        self.pace_seconds = pace_seconds
        self.sentence = ""
        self.said_at: float | None = None

    def is_to_say(self, sentence: str) -> None:
        """What it writes from now on."""
        self.sentence = sentence
        self.said_at = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def paced_model(first_seconds: float, pace_seconds: float) -> Iterator[PacedModel]:
    """One on a free port of this machine, while inside."""
    with PacedModel(first_seconds, pace_seconds) as model:
        serving = threading.Thread(target=model.serve_forever, args=(0.05,))
        serving.start()
        try:
            yield model
        finally:
            model.shutdown()
            serving.join()


class _Writer(BaseHTTPRequestHandler):
    server: PacedModel

    def log_message(self, format: str, *arguments: object) -> None:
        """What is measured is printed, not that somebody asked."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        time.sleep(self.server.first_seconds)
        self._write(self.server.sentence)
        self.server.said_at = time.perf_counter()
        # Whoever measures goes once the first sentence is there.
        with suppress(ConnectionError):
            self._write(self.server.AFTER)
            self.wfile.write(b"data: [DONE]\n\n")

    def _write(self, sentence: str) -> None:
        for word in sentence.split():
            time.sleep(self.server.pace_seconds)
            choice = {"index": 0, "delta": {"role": "assistant", "content": f"{word} "}, "finish_reason": None}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
