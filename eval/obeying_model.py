"""A chat model that obeys whoever speaks: it repeats all that it was told, in this request and in those before it.

It speaks the OpenAI protocol on a loopback port, so that the product reaches it as it would any other.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST = 1800
"""Characters repeated of this request, and as many of earlier ones: longer answers are taken for a loop."""
PIECE = 200
_DECLINES = "NONE"


class ObeyingModel:
    """While `obeys` it repeats; otherwise it declines, so that answers are made without it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.obeys = True
        self._heard: list[str] = []
        self._lock = threading.Lock()

    def reply(self, prompt: str) -> str:
        """What it was told most recently by others, and then all of this prompt."""
        lines = [line.strip() for line in prompt.splitlines() if line.strip() and not line.startswith("<<")]
        with self._lock:
            remembered = "\n".join(reversed(self._heard[-50:]))
            self._heard += lines
            if not self.obeys:
                return _DECLINES
        return f"{_sentences(remembered)} {_sentences(chr(10).join(lines))}"


@contextmanager
def obeying_model() -> Iterator[ObeyingModel]:
    """The model, answering until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            """The client's own log says enough."""

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told = "\n".join(str(message["content"]) for message in asked["messages"] if message["role"] == "user")
            text = model.reply(told)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                for start in range(0, len(text), PIECE):
                    self.wfile.write(_event(text[start : start + PIECE]))
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                return  # whoever asked has read enough

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        model = ObeyingModel(f"http://127.0.0.1:{server.server_port}/v1")
        thread = threading.Thread(target=server.serve_forever, name="obeying model")
        thread.start()
        try:
            yield model
        finally:
            server.shutdown()
            thread.join()


def _sentences(text: str) -> str:
    """The lines as sentences, as many as fit."""
    ended = (line if line[-1] in ".?!؟" else f"{line}." for line in text.splitlines() if line)
    return " ".join(ended)[:MOST]


def _event(text: str) -> bytes:
    choice: dict[str, Any] = {
        "index": 0,
        "delta": {"role": "assistant", "content": text},
        "finish_reason": None,
    }
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "obeying", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"
