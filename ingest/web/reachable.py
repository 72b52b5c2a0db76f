"""Which IP addresses may be connected to: public ones, and those of networks that a setting names."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

_REFUSED_4 = tuple(
    IPv4Network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments; one cloud's metadata service is there
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # public by number, but the host of every virtual machine of one cloud
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
"""All that has been given out as global unicast (IANA): mapped, compatible, local and multicast ones lie elsewhere."""
_REFUSED_6 = (IPv6Network("3fff::/20"),)  # documentation; not known as such to Python 3.11
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def is_reachable(address: IPAddress, private_networks: Sequence[IPNetwork] = ()) -> bool:
    """Whether the address is public, or lies in one of the networks.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64, ISATAP) is judged by that one as well.
    """
    carried = _carried(address)
    if carried is not None:
        outer = isinstance(address, IPv6Address) and (address.ipv4_mapped or address in _NAT64 or _is_public_6(address))
        return bool(outer) and is_reachable(carried, private_networks)
    if any(address.version == network.version and address in network for network in private_networks):
        return True
    return _is_public_4(address) if isinstance(address, IPv4Address) else _is_public_6(address)


def _is_public_4(address: IPv4Address) -> bool:
    special = address.is_multicast or address.is_reserved or any(address in network for network in _REFUSED_4)
    return address.is_global and not special


def _is_public_6(address: IPv6Address) -> bool:
    refused = any(address in network for network in _REFUSED_6)
    return address in _GLOBAL_6 and address.is_global and not refused


def _carried(address: IPAddress) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    last = IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _NAT64 or (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return last
    return address.ipv4_mapped or address.sixtofour
