"""What the person who runs the product allows when pages are fetched."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network

PRODUCT = "missiondesk"
"""The name that a robots.txt addresses us by."""


@dataclass(frozen=True, slots=True)
class WebPolicy:
    """Limits that hold for each page by itself, and for all pages of one host.

    `private_networks` are reached besides public addresses; `seconds` is the longest time for one page with all its
    redirects, from looking up the name to the last byte; `largest` counts bytes after decompression; `interval` is
    the least number of seconds between two requests to one host. Three redirects lead from `http` over `https` and
    `www` to the page of a language.
    """

    contact: str | None = None
    private_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    ports: frozenset[int] = frozenset({80, 443})
    seconds: float = 20.0
    largest: int = 20 * 1024 * 1024
    redirects: int = 3
    interval: float = 1.0

    @property
    def user_agent(self) -> str:
        contact = f" (+{self.contact})" if self.contact else ""
        return f"{PRODUCT}/{version(PRODUCT)}{contact}"
