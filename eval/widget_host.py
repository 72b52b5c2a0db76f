"""A website with a widget on each page, and a stand-in for the servers that other makers' widgets ask."""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from eval.widget_peers import ANSWER, QUOTE, SOURCE

_SOURCES = [{"pageContent": QUOTE, "metadata": {"source": SOURCE, "title": "Opening hours"}}]
_CHUNK = {
    "id": "m", "type": "textResponse", "textResponse": ANSWER, "close": True, "error": False,
    "sources": [{"title": "Opening hours", "text": QUOTE, "chunkSource": f"link://{SOURCE}", "url": SOURCE}],
}  # fmt: skip
_REPLIES: tuple[tuple[str, object], ...] = (
    ("/flowise/api/v1/prediction", {"text": ANSWER, "chatId": "c", "chatMessageId": "m", "sourceDocuments": _SOURCES}),
    ("/flowise/api/v1/chatflows-streaming", {"isStreaming": False}),
    ("/flowise/api/v1/public-chatbotConfig", {"uploads": {}}),
    ("/deep-chat", {"text": ANSWER}),
    ("/anythingllm/embed", {"history": []}),
)


@contextmanager
def served_pages(pages: Mapping[str, tuple[str, str, str]]) -> Iterator[str]:
    """A website; `pages` are media type, policy and content by path. Gives its origin."""

    class Handler(_Quiet):
        def do_GET(self) -> None:
            media_type, policy, content = pages.get(self.path, ("text/plain", "", ""))
            headers = {"Content-Security-Policy": policy} if policy else {}
            self.answer(200 if self.path in pages else 404, content.encode(), f"{media_type}; charset=utf-8", headers)

    with _served(Handler, "localhost") as origin:
        yield origin


@contextmanager
def served_widgets(folders: Mapping[str, Path]) -> Iterator[str]:
    """Files of each folder below its name, and answers to what their widgets ask. Gives its origin."""

    class Handler(_Quiet):
        def do_OPTIONS(self) -> None:
            self.answer(204, b"", "text/plain")

        def do_GET(self) -> None:
            _, name, *rest = unquote(urlsplit(self.path).path).split("/")
            file = folders[name].joinpath(*rest) if name in folders and ".." not in rest else None
            if file is not None and file.is_file():
                script = "text/javascript" if file.suffix in {".js", ".mjs"} else None
                self.answer(200, file.read_bytes(), script or mimetypes.guess_type(file.name)[0] or "text/plain")
            else:
                self.reply({})

        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}"))

        def reply(self, asked: dict[str, object]) -> None:
            if self.path.endswith("/stream-chat"):
                self.answer(200, f"data: {json.dumps(_CHUNK)}\n\n".encode(), "text/event-stream")
            elif self.path.startswith("/n8n"):
                earlier = asked.get("action") == "loadPreviousSession"
                self.json({"data": []} if earlier else {"output": ANSWER})
            else:
                self.json(next((reply for path, reply in _REPLIES if self.path.startswith(path)), {}))

        def json(self, reply: object) -> None:
            self.answer(200, json.dumps(reply).encode(), "application/json")

    with _served(Handler, "127.0.0.1") as origin:
        yield origin


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """What was asked is noted by the browser."""

    def answer(self, status: int, content: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        given = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", **(headers or {})}
        for name, value in {**given, "Content-Type": media_type, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler], name: str) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, name=f"server of {name}")
        thread.start()
        try:
            yield f"http://{name}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
