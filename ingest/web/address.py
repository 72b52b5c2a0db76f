"""Web addresses: read once, by the parser whose result is also what is connected to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpx

from index.errors import ItemRejected

FORBIDDEN = "forbidden_address"
"""The code of an address that nothing is connected to."""

_PORTS = {"http": 80, "https": 443}
_LONGEST = 4000  # characters; servers refuse far shorter ones
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NO_HOST = re.compile(r"(?:https?:(?!//[^/])|//(?![^/]))", re.I)
"""Where browsers and other parsers find different hosts, or none."""
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_PROGRAMS = frozenset({".php", ".asp", ".aspx", ".jsp", ".jspx", ".do", ".cfm", ".cgi", ".pl", ".py", ".action"})
"""Endings of programs that make pages: they say nothing about what a page is."""


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address in its one canonical form.

    No fragment, host in lower case and ASCII, no default port; the query is kept. `target` is path and query.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Host and port as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def folder(self) -> str:
        """The path up to and with its last slash."""
        return self.path[: self.path.rfind("/") + 1]

    @property
    def file_name(self) -> str:
        """A name as a file would have it, for where the content does not tell what it is."""
        last = PurePosixPath(unquote(self.path, errors="replace")).name
        stem, dot, suffix = last.rpartition(".")
        name = stem if stem and f"{dot}{suffix.lower()}" in _PROGRAMS else last
        return "".join(character if character.isprintable() else "_" for character in name) or self.host


def parse_address(text: str, base: Address | None = None) -> Address:
    """The address that `text` means, on a page at `base`. Raises ItemRejected `forbidden_address`.

    Refused are other schemes, user names and passwords, back slashes (which other parsers read as slashes), and hosts
    that are numbers in disguise.
    """
    text = text.strip(" \t\r\n")
    if len(text) > _LONGEST or "\\" in text or _NO_HOST.match(text):
        raise _refusal("This is not a valid web address.")
    try:
        url = httpx.URL(base.url).join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refusal("This is not a valid web address.") from error
    if url.scheme not in _PORTS:
        raise _refusal("Only http and https addresses are read.")
    if url.userinfo:
        raise _refusal("Addresses with a user name or password in them are not read.")
    host = _host(url.raw_host.decode("ascii"))
    # An empty query is none: httpx keeps its question mark apart.
    target = url.raw_path.decode("ascii").removesuffix("?")
    return Address(url.scheme, host, url.port or _PORTS[url.scheme], target)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is, or None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _host(written: str) -> str:
    host = written.lower().removesuffix(".")
    number = literal(host)
    if isinstance(number, IPv6Address) and number.scope_id:
        raise _refusal("This is not a valid web address.")
    if number is not None:
        return str(number)
    if _HOST.fullmatch(host) is None:
        raise _refusal("This is not a valid web address.")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):  # 2130706433, 0x7f.1 and 127.1 are 127.0.0.1 to some programs
        raise _refusal("The address hides a number in its host; write it as four numbers with dots.")
    return host


def _refusal(sentence: str) -> ItemRejected:
    return ItemRejected(sentence, code=FORBIDDEN)
