"""Connections that go to the very address that was checked, and end when the time for the page is up."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from index.errors import ItemRejected
from ingest.web.address import FORBIDDEN, literal
from ingest.web.names import Resolve
from ingest.web.policy import WebPolicy
from ingest.web.reachable import IPAddress, is_reachable

_TRIED = 4  # addresses of one host that are tried in turn
_CONNECT_SECONDS = 5.0  # for each; what does not answer by then lets the next have its chance

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class Deadline:
    """The moment at which whatever is under way must end."""

    def __init__(self) -> None:
        self._end = 0.0

    def set(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left. Raises `httpcore.ReadTimeout` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this page is up")
        return left


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, which asks with the host and port of the request and nothing else.

    The host is looked up once for each connection. Every address found must be reachable by the policy, or none is
    connected to: a name that leads inside as well is a trick. TLS still checks the certificate of the name.
    """

    def __init__(self, policy: WebPolicy, resolve: Resolve) -> None:
        self.deadline = Deadline()
        self._policy = policy
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises ItemRejected `forbidden_address`, `unreachable`, `too_slow`, and httpcore's own errors."""
        addresses = self._checked(host, port)
        for number, address in enumerate(addresses, 1):
            seconds = min(_CONNECT_SECONDS, self.deadline.remaining())
            try:
                stream = self._sockets.connect_tcp(str(address), port, timeout=seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _TimedStream(stream, self.deadline)
        raise ItemRejected("There is no site of this name.", code="unreachable")

    def _checked(self, host: str, port: int) -> list[IPAddress]:
        if port not in self._policy.ports:
            raise ItemRejected(f"The address has the port {port}, which is not allowed.", code=FORBIDDEN)
        number = literal(host)
        found = [number] if number is not None else list(self._resolve(host, self.deadline.remaining()))
        if not all(is_reachable(address, self._policy.private_networks) for address in found):
            raise ItemRejected("The address leads to this machine or into a private network.", code=FORBIDDEN)
        return found[:_TRIED]


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every step ends at the deadline, whatever time-out it is asked with."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining()), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
