"""The address that a request really comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from starlette.datastructures import Headers

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_FORWARDED = "x-forwarded-for"
UNKNOWN = "unknown"
"""Where the socket has no address of its own."""


class Addresses:
    """Believes `X-Forwarded-For` only from the proxies that are listed.

    Each proxy adds the address it was called from at the right; what stands further left anybody may have written.
    """

    def __init__(self, trusted: Sequence[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def of(self, scope: Mapping[str, Any]) -> str:
        """The address of the caller of this ASGI request: the socket's, or the right-most hop that is no proxy."""
        client = scope.get("client")
        peer = str(client[0]) if client else UNKNOWN
        nearest = _parsed(peer)
        if nearest is None:
            return peer
        for hop in _hops(Headers(scope=dict(scope))):
            if not self._is_trusted(nearest):
                break
            address = _parsed(hop)
            if address is None:
                # The last proxy that is known did not tell: it is as near as one gets.
                break
            nearest = address
        return str(nearest)

    def is_proxy(self, scope: Mapping[str, Any]) -> bool:
        """Whether the socket of this ASGI request is that of a listed proxy."""
        client = scope.get("client")
        peer = _parsed(str(client[0])) if client else None
        return peer is not None and self._is_trusted(peer)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _hops(headers: Headers) -> Iterator[str]:
    """Nearest first."""
    return reversed(",".join(headers.getlist(_FORWARDED)).split(","))


def _parsed(text: str) -> Address | None:
    """`192.0.2.1`, also with a port or in IPv6's clothes; `[2001:db8::1]:443`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
