"""Whether a request comes from the server's own pages."""

from __future__ import annotations

from starlette.datastructures import Headers

_DEFAULT_PORTS = {"http": "80", "https": "443"}


def split_port(host: str) -> tuple[str, str]:
    """The name and the port of a `Host` header; the port is empty where none is named."""
    name, colon, port = host.rpartition(":")
    return (name, port) if colon and not host.endswith("]") else (host, "")


def is_own_origin(origin: str, host: str) -> bool:
    """Whether an `Origin` header names the same place as the `Host` header.

    The scheme is the browser's: behind a proxy that speaks HTTPS the server would not know it.
    """
    scheme, _, place = origin.partition("://")
    default = _DEFAULT_PORTS.get(scheme)
    if default is None:
        return False
    name, port = split_port(place.lower())
    own_name, own_port = split_port(host.lower())
    return (name, port or default) == (own_name, own_port or default)


def is_own_page(headers: Headers) -> bool:
    """Whether the browser says that a page of this server has sent the request; without a word of it, no."""
    origin = headers.get("origin")
    if origin is not None:
        return is_own_origin(origin, headers.get("host", ""))
    return headers.get("sec-fetch-site") == "same-origin"
