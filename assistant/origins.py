"""Origins of web pages, in the one spelling in which browsers send them."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlsplit

import idna

from index.errors import InvalidRequest

LONGEST_ORIGIN = 300
_DEFAULT_PORTS = {"http": 80, "https": 443}
# No user, path or query: all of them would be lost in what the browser sends, and so never match.
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^\s/?#@\\:\[\]*%]+)(?::([0-9]{1,5}))?/?", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")


def normalised_origin(text: str) -> str:
    """`HTTPS://Bücher.example:443/` as a browser writes it: `https://xn--bcher-kva.example`.

    For addresses that somebody types; what a browser sends is compared as it is. Raises `InvalidRequest`.
    """
    match = _ORIGIN.fullmatch(text.strip()) if len(text) <= LONGEST_ORIGIN else None
    if match is None:
        raise InvalidRequest(
            f"{text[:LONGEST_ORIGIN]} is no origin: name scheme, host and, where it is not the usual one, port, as in "
            "https://example.org or http://localhost:3000."
        )
    scheme, port = match[1].lower(), int(match[3]) if match[3] else None
    if port is not None and not 0 < port < 65536:
        raise InvalidRequest(f"{text} has an impossible port.")
    host = _address(match[2]) if match[2].startswith("[") else _name(match[2])
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def is_own(origin: str, host: str) -> bool:
    """Whether a page of `origin` came from this server, which was called by `host` (`name:port`)."""
    parts = urlsplit(origin)
    return parts.scheme in _DEFAULT_PORTS and parts.netloc == host and f"{parts.scheme}://{parts.netloc}" == origin


def _name(host: str) -> str:
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise InvalidRequest(f"{host} is no host name: {error}.") from error
    if not _HOST.fullmatch(name):
        raise InvalidRequest(f"{host} is no host name; write it without a dot at the end.")
    return name


def _address(host: str) -> str:
    try:
        return f"[{IPv6Address(host[1:-1]).compressed}]"
    except AddressValueError as error:
        raise InvalidRequest(f"{host} is no address: {error}.") from error
