"""From the name of a host to its IP addresses."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread

from index.errors import ItemRejected
from ingest.web.reachable import IPAddress

Resolve = Callable[[str, float], Sequence[IPAddress]]
"""The addresses of a host, in order of preference, within so many seconds.

Raises ItemRejected `unreachable` when there are none, and `too_slow`.
"""


def resolve(host: str, seconds: float) -> list[IPAddress]:
    """As this machine looks names up, hosts file included."""
    answer: SimpleQueue[list[str] | OSError] = SimpleQueue()
    # The system's look-up cannot be given a limit of time, nor be ended; a daemon keeps no process alive.
    Thread(target=lambda: answer.put(_look_up(host)), daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise ItemRejected("Looking up the site's name took too long.", code="too_slow") from None
    if isinstance(found, OSError):
        raise ItemRejected("There is no site of this name.", code="unreachable") from found
    return [ip_address(number) for number in dict.fromkeys(found)]


def _look_up(host: str) -> list[str] | OSError:
    try:
        # As bytes, for a name in ASCII already must not be encoded again.
        entries = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    return [str(entry[4][0]) for entry in entries]
