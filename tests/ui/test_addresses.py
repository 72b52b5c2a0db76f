"""Whose address counts: the socket's, or what a proxy that is listed says."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from ui.addresses import Addresses

PROXIES = Addresses([ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")])


def scope(peer: str | None, *forwarded: str) -> dict[str, object]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"type": "http", "client": (peer, 4711) if peer else None, "headers": headers}


@pytest.mark.parametrize("forwarded", [(), ("1.2.3.4",), ("10.0.0.1", "127.0.0.1"), ("nonsense,,",)])
def test_nobody_is_believed_by_default(forwarded: tuple[str, ...]) -> None:
    assert Addresses().of(scope("127.0.0.1", *forwarded)) == "127.0.0.1"
    assert PROXIES.of(scope("198.51.100.7", *forwarded)) == "198.51.100.7"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ((), "10.0.0.1"),
        (("203.0.113.5",), "203.0.113.5"),
        (("1.1.1.1, 203.0.113.5",), "203.0.113.5"),
        (("1.1.1.1, 203.0.113.5, 10.2.3.4",), "203.0.113.5"),
        (("1.1.1.1", "203.0.113.5", "10.2.3.4,10.2.3.5"), "203.0.113.5"),
        (("10.9.9.9, 10.2.3.4",), "10.9.9.9"),
        (("203.0.113.5:4711",), "203.0.113.5"),
        (("[2001:db9::1]:443",), "2001:db9::1"),
        (("2001:db9::1, 2001:db8::2",), "2001:db9::1"),
        (("::ffff:203.0.113.5",), "203.0.113.5"),
        (("203.0.113.5, nonsense",), "10.0.0.1"),
        (("203.0.113.5, , 10.2.3.4",), "10.2.3.4"),
        (("203.0.113.5, 10.0.0.0/8",), "10.0.0.1"),
        (("fe80::1%eth0",), "fe80::1"),
    ],
)
def test_a_listed_proxy_is_believed_for_what_it_saw(forwarded: tuple[str, ...], address: str) -> None:
    assert PROXIES.of(scope("10.0.0.1", *forwarded)) == address


def test_a_peer_in_ipv6_clothes_is_the_same_peer() -> None:
    assert PROXIES.of(scope("::ffff:10.0.0.1", "203.0.113.5")) == "203.0.113.5"


@pytest.mark.parametrize(("peer", "address"), [(None, "unknown"), ("testclient", "testclient")])
def test_a_socket_without_an_address(peer: str | None, address: str) -> None:
    assert PROXIES.of(scope(peer, "203.0.113.5")) == address
