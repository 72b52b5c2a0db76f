"""A real site on loopback, a canary that counts who connects, and what fetches from them.

127.0.0.1 is the one address that the policy of these tests allows: it stands for the public web, and 127.0.0.2, where
the canary listens, for a private network.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from threading import Thread

import pytest

from index.document import Audience
from index.index import Index
from index.library import Library
from ingest.pipeline import IngestReport, ingest
from ingest.web.fetch import Fetcher
from ingest.web.names import Resolve
from ingest.web.policy import WebPolicy
from ingest.web.reachable import IPAddress
from ingest.web.site import Web
from ingest.web.visit import Labels, Visitor

PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"
HTML = "text/html; charset=utf-8"
Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class Site:
    """What the server answers, by path, and what it was asked for."""

    port: int = 0
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    secure: Callable[[ssl.SSLContext], None] = lambda context: None

    @property
    def url(self) -> str:
        return f"http://site.test:{self.port}"

    def page(self, path: str, text: str | bytes, media_type: str = HTML, **headers: str) -> None:
        body = text if isinstance(text, bytes) else text.encode()
        names = {"Content-Type": media_type, **{name.replace("_", "-"): value for name, value in headers.items()}}

        def reply(request: BaseHTTPRequestHandler) -> None:
            tags = (headers.get("ETag"), headers.get("Last_Modified"))
            sent = (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
            if any(tags) and sent == tags:
                request.send_response(304)
                request.end_headers()
                return
            request.send_response(200)
            for name, value in {**names, "Content-Length": str(len(body))}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)

        self.replies[path] = reply

    def redirect(self, path: str, target: str) -> None:
        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(302)
            request.send_header("Location", target)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.replies[path] = reply

    def status(self, path: str, status: int) -> None:
        def reply(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.end_headers()

        self.replies[path] = reply


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.times.append(time.monotonic())
            site.asked.append(self.path)
            site.headers.append(dict(self.headers.items()))
            reply = site.replies.get(self.path)
            try:
                if reply is not None:
                    reply(self)
                else:
                    self.send_error(404)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((PUBLIC, 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        site.port = server.server_address[1]
        site.secure = lambda context: setattr(server, "socket", context.wrap_socket(server.socket, server_side=True))
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield site
        server.shutdown()
        thread.join()


class Canary:
    """Listens where nobody may connect, on the port of the site."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server((PRIVATE, port))
        self._listener.setblocking(False)
        self.port = port

    def connects(self) -> int:
        """How many connected since the last time."""
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return number
            connection.close()
            number += 1

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def canary(site: Site) -> Iterator[Canary]:
    canary = Canary(site.port)
    socket.create_connection((PRIVATE, canary.port)).close()
    assert canary.connects() == 1, "a canary that cannot count proves nothing"
    yield canary
    canary.close()


def names(host: str, seconds: float) -> list[IPAddress]:
    """Every name under `.test` is public, but those that say otherwise."""
    return [ip_address(PRIVATE if host.startswith("private") else PUBLIC)]


@pytest.fixture
def policy(site: Site) -> WebPolicy:
    return WebPolicy(
        contact="https://example.org/bot",
        private_networks=(ip_network(f"{PUBLIC}/32"),),
        ports=frozenset({80, 443, site.port}),
        interval=0.0,
        seconds=5.0,
        largest=1_000_000,
    )


Fetch = Callable[..., IngestReport]


@pytest.fixture
def fetch(policy: WebPolicy, library: Library, index: Index) -> Fetch:
    """Ingests addresses as the command does, in a new run each time."""

    def run(
        *addresses: str,
        policy: WebPolicy = policy,
        resolve: Resolve = names,
        audience: Audience = Audience.PUBLIC,
        depth: int = 0,
        pages: int = 100,
        prune: bool = False,
    ) -> IngestReport:
        visitor = Visitor(Fetcher(policy, resolve=resolve), library, Labels(audience, "default"))
        web = Web(visitor, depth=depth, pages=pages)
        try:
            return ingest(addresses, lambda: index, library, audience=audience, web=web, prune=prune)
        finally:
            web.close()

    return run
