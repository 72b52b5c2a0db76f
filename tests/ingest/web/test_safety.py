"""No address, redirect or answer leads the product where it must not go, or keeps it longer than it should."""

from __future__ import annotations

import gzip
import ssl
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from index.errors import ItemRejected
from ingest.web.address import parse_address
from ingest.web.fetch import Fetcher
from ingest.web.names import resolve
from ingest.web.policy import WebPolicy
from ingest.web.reachable import IPAddress, is_reachable
from tests.ingest.web.conftest import PRIVATE, PUBLIC, Canary, Fetch, Reply, Site, names

PAGE = "<html><body><h1>Help desk</h1><p>The desk in Portovento is open on Monday. It is free.</p></body></html>"

FORBIDDEN = [
    "http://169.254.169.254/latest/meta-data/",
    "http://127.0.0.2:{port}/",
    "http://127.0.0.2.:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.2]:{port}/",
    "http://[::ffff:7f00:2]:{port}/",
    "http://[::127.0.0.2]:{port}/",
    "http://[64:ff9b::127.0.0.2]:{port}/",
    "http://[2002:7f00:0002::]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://2130706434:{port}/",
    "http://0x7f000002:{port}/",
    "http://0x7f.2:{port}/",
    "http://127.2:{port}/",
    "http://0177.0.0.2:{port}/",
    "http://127。0。0。2:{port}/",
    "http://１２７.0.0.2:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://private.test:{port}/",
    "http://PRIVATE.test.:{port}/",
    "http://a\\@127.0.0.2:{port}/",
    "http://site.test\\@127.0.0.2:{port}/",
    "http://site.test@127.0.0.2:{port}/",
    "http://site.test:80@127.0.0.2:{port}/",
    "http://user:secret@site.test/",
    "http://127.0.0.2:{port}#@site.test/",
    "http://127.0.0.2%00.site.test:{port}/",
    "http://127.0.0.2\t:{port}/",
    "http://site.test:22/",
    "http://site.test:99999/",
    "http://site.test:port/",
    "https://",
    "http:///etc/passwd",
    "http://" + "a" * 64 + ".test/",
    "http://site.test/" + "a" * 5000,
    "file:///etc/passwd",
    "file://127.0.0.2/etc/passwd",
    "gopher://127.0.0.2:{port}/_",
    "ftp://127.0.0.2:{port}/",
    "dict://127.0.0.2:{port}/",
    "jar:http://127.0.0.2:{port}/",
]


def code_of(fetch: Fetch, *addresses: str, **options: object) -> str:
    report = fetch(*addresses, **options)
    assert report.failed == len(report.items) == 1
    error = report.items[0].error
    assert error is not None
    assert error.message.endswith(".")
    assert PRIVATE not in error.message
    return error.code


@pytest.mark.parametrize("address", [address for address in FORBIDDEN if "://" in address[:9]])
def test_nothing_connects_to_a_forbidden_address(address: str, fetch: Fetch, canary: Canary) -> None:
    assert code_of(fetch, address.format(port=canary.port)) == "forbidden_address"
    assert canary.connects() == 0


def test_this_machine_is_not_the_web(site: Site, fetch: Fetch, policy: WebPolicy) -> None:
    usual = replace(policy, private_networks=())
    for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
        assert code_of(fetch, f"http://{host}:{site.port}/", policy=usual, resolve=resolve) == "forbidden_address"
    assert site.asked == []


@pytest.mark.parametrize("address", [address for address in FORBIDDEN if address.isascii() and "\t" not in address])
def test_a_page_may_redirect_to_no_forbidden_address(address: str, site: Site, fetch: Fetch, canary: Canary) -> None:
    site.redirect("/moved", address.format(port=canary.port))
    assert code_of(fetch, f"{site.url}/moved") == "forbidden_address"
    assert canary.connects() == 0


def test_a_robots_file_may_redirect_to_no_forbidden_address(site: Site, fetch: Fetch, canary: Canary) -> None:
    site.redirect("/robots.txt", f"http://private.test:{canary.port}/")
    site.page("/", PAGE)
    assert code_of(fetch, site.url) == "forbidden_address"
    assert canary.connects() == 0


def test_a_name_that_is_public_first_and_private_then(site: Site, fetch: Fetch, canary: Canary) -> None:
    asked: list[str] = []

    def rebinding(host: str, seconds: float) -> list[IPAddress]:
        asked.append(host)
        return [ip_address(PUBLIC if len(asked) == 1 else PRIVATE)]

    site.page("/robots.txt", "", Connection="close")
    site.page("/", PAGE)
    assert code_of(fetch, site.url, resolve=rebinding) == "forbidden_address"
    assert asked == ["site.test", "site.test"]
    assert site.asked == ["/robots.txt"]
    assert canary.connects() == 0


def test_one_look_up_for_each_connection(site: Site, policy: WebPolicy, canary: Canary) -> None:
    """Whoever looks up again between the check and the connection, or connects by name, comes to the canary."""
    answers = iter([PUBLIC, PRIVATE])
    fetcher = Fetcher(policy, resolve=lambda host, seconds: [ip_address(next(answers))])
    site.page("/", PAGE)
    assert fetcher.get(parse_address(site.url)).data == PAGE.encode()
    assert fetcher.get(parse_address(site.url)).data == PAGE.encode()
    fetcher.close()
    assert next(answers) == PRIVATE, "the second page came over the first connection"
    assert canary.connects() == 0
    assert site.headers[0]["Host"] == f"site.test:{site.port}"
    assert site.headers[0]["User-Agent"].startswith("missiondesk/")
    assert site.headers[0]["User-Agent"].endswith("(+https://example.org/bot)")


def test_a_name_with_one_private_address_among_others(site: Site, fetch: Fetch, canary: Canary) -> None:
    both = [ip_address(PUBLIC), ip_address(PRIVATE)]
    assert code_of(fetch, site.url, resolve=lambda host, seconds: both) == "forbidden_address"
    assert canary.connects() == 0


def test_pages_link_to_no_forbidden_address(site: Site, fetch: Fetch, canary: Canary) -> None:
    links = "".join(f"<a href='{address.format(port=canary.port)}'>a</a>" for address in FORBIDDEN)
    site.page("/", f"<html><body>{PAGE}{links}</body></html>")
    report = fetch(site.url, depth=3)
    assert [item.status for item in report.items] == ["added"]
    entries = "".join(f"<url><loc>{address.format(port=canary.port)}</loc></url>" for address in FORBIDDEN)
    site.page("/sitemap.xml", f"<urlset>{entries}<url><loc>{site.url}/</loc></url></urlset>", "text/xml")
    listed = fetch(f"{site.url}/sitemap.xml")
    assert listed.items[-1].status == "unchanged"
    assert {item.error.code for item in listed.items[:-1] if item.error} == {"forbidden_address"}
    assert canary.connects() == 0
    assert set(site.asked) == {"/robots.txt", "/", "/sitemap.xml"}


PUBLIC_NUMBERS = "8.8.8.8 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808:: 2001:4860::5efe:808:808"
PRIVATE_NUMBERS = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:db8::1
    2002:7f00:1:: 2002:a9fe:a9fe:: 2001:4860::5efe:a00:1 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fe80::5efe:808:808
    fec0::1 ff02::1
"""


@pytest.mark.parametrize("number", PUBLIC_NUMBERS.split())
def test_public_numbers(number: str) -> None:
    assert is_reachable(ip_address(number))


@pytest.mark.parametrize("number", PRIVATE_NUMBERS.split())
def test_private_numbers(number: str) -> None:
    assert not is_reachable(ip_address(number))
    version = ip_address(number).version
    assert not is_reachable(ip_address(number), [ip_network("172.20.0.0/16"), ip_network("fd99::/16")])
    if version == 4:
        assert is_reachable(ip_address(number), [ip_network(f"{number}/32")])


CANONICAL = {
    "HTTP://Site.TEST:80": "http://site.test/",
    "https://site.test:443/a?b=1&a=2#part": "https://site.test/a?b=1&a=2",
    "http://site.test:8080/a/../b c": "http://site.test:8080/b%20c",
    "http://bücher.example/ü": "http://xn--bcher-kva.example/%C3%BC",
    "http://site.test./": "http://site.test/",
    "http://[2606:4700:0::1111]/": "http://[2606:4700::1111]/",
    "  http://site.test/\n": "http://site.test/",
}


@pytest.mark.parametrize(("written", "canonical"), CANONICAL.items())
def test_one_form_for_each_address(written: str, canonical: str) -> None:
    address = parse_address(written)
    assert address.url == canonical
    assert parse_address(address.url) == address


# -- Answers without end -----------------------------------------------------------------------------------------------


def endless(chunk: bytes, pause: float = 0.0, **headers: str) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        while True:
            request.wfile.write(chunk)
            time.sleep(pause)

    return reply


def test_a_body_without_end(site: Site, fetch: Fetch) -> None:
    site.replies["/"] = endless(b"<p>More and more.</p>" * 1000)
    assert code_of(fetch, site.url) == "too_large"


def test_a_body_that_says_it_is_too_large_is_not_read(site: Site, fetch: Fetch) -> None:
    site.replies["/"] = endless(b"", 0.05, Content_Length="1000001")
    started = time.monotonic()
    assert code_of(fetch, site.url) == "too_large"
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("where", ["body", "headers", "status"])
def test_one_byte_at_a_time(where: str, site: Site, fetch: Fetch, policy: WebPolicy) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        if where != "status":
            request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if where == "body":
            request.wfile.write(b"Content-Type: text/html\r\n\r\n")
        while True:
            request.wfile.write(b"a")
            time.sleep(0.02)

    site.page("/robots.txt", "")
    site.replies["/"] = reply
    started = time.monotonic()
    assert code_of(fetch, site.url, policy=replace(policy, seconds=0.5)) == "too_slow"
    assert time.monotonic() - started < 1.5


def test_redirects_share_the_time_of_one_page(site: Site, fetch: Fetch, policy: WebPolicy) -> None:
    def slow(target: str) -> Reply:
        def reply(request: BaseHTTPRequestHandler) -> None:
            time.sleep(0.3)
            request.send_response(302)
            request.send_header("Location", target)
            request.send_header("Content-Length", "0")
            request.end_headers()

        return reply

    site.replies |= {"/": slow("/1"), "/1": slow("/2"), "/2": slow("/3")}
    site.page("/3", PAGE)
    assert code_of(fetch, site.url, policy=replace(policy, seconds=0.8)) == "too_slow"


def test_headers_without_end(site: Site, fetch: Fetch) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            request.wfile.write(b"X-More: " + b"a" * 1000 + b"\r\n")

    site.replies["/"] = reply
    assert code_of(fetch, site.url) == "unreachable"


def test_a_small_body_that_unpacks_without_end(site: Site, fetch: Fetch) -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024), 9)
    assert len(bomb) < 1_000_000
    site.page("/", bomb, Content_Encoding="gzip")
    assert code_of(fetch, site.url) == "too_large"
    site.page("/sitemap.xml.gz", bomb, "application/gzip")
    assert code_of(fetch, f"{site.url}/sitemap.xml.gz") == "too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_page_is_unpacked(encoding: str, site: Site, fetch: Fetch) -> None:
    packed = gzip.compress(PAGE.encode()) if encoding == "gzip" else zlib.compress(PAGE.encode())
    site.page("/", packed, Content_Encoding=encoding)
    assert fetch(site.url).added == 1


def test_packed_pages_that_are_broken(site: Site, fetch: Fetch) -> None:
    site.page("/", gzip.compress(PAGE.encode())[:-9], Content_Encoding="gzip")
    assert code_of(fetch, site.url) == "unreachable"
    site.page("/", b"no gzip at all", Content_Encoding="gzip")
    assert code_of(fetch, site.url) == "unreachable"
    site.page("/", b"unasked", Content_Encoding="br")
    assert code_of(fetch, site.url) == "unsupported"


def test_a_body_that_breaks_off(site: Site, fetch: Fetch) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "5000")
        request.end_headers()
        request.wfile.write(PAGE.encode())
        request.close_connection = True

    site.replies["/"] = reply
    assert code_of(fetch, site.url) == "unreachable"


def test_more_redirects_than_three(site: Site, fetch: Fetch) -> None:
    for number in range(5):
        site.redirect(f"/{number}", f"/{number + 1}")
    site.page("/5", PAGE)
    assert code_of(fetch, f"{site.url}/0") == "redirects"
    assert fetch(f"{site.url}/2").added == 1
    site.redirect("/circle", "/circle")
    assert code_of(fetch, f"{site.url}/circle") == "redirects"


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503, 204, 304])
def test_the_servers_error_is_named(status: int, site: Site, fetch: Fetch) -> None:
    site.status("/", status)
    report = fetch(site.url)
    error = report.items[0].error
    assert error is not None
    assert error.code == "http_error"
    assert str(status) in error.message


def test_a_site_that_is_not_there(site: Site, fetch: Fetch, policy: WebPolicy) -> None:
    closed = replace(policy, ports=frozenset({1}))
    started = time.monotonic()
    report = fetch(*(f"http://site.test:1/{number}" for number in range(50)), policy=closed)
    assert {item.error.code for item in report.items if item.error} == {"unreachable"}
    assert time.monotonic() - started < 3, "it is asked once"
    unknown = replace(policy, ports=frozenset({80}))
    assert code_of(fetch, "http://no.such.name.invalid/", policy=unknown, resolve=resolve) == "unreachable"


def test_a_name_that_nobody_can_look_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> list[object]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr("socket.getaddrinfo", slow)
    started = time.monotonic()
    with pytest.raises(ItemRejected, match="too long"):
        resolve("site.test", 0.1)
    assert time.monotonic() - started < 0.4


def test_pictures_are_not_downloaded(site: Site, fetch: Fetch) -> None:
    site.replies["/"] = endless(b"", 0.05, Content_Type="image/png")
    site.page("/a.png", b"\x89PNG", "image/png")
    assert code_of(fetch, f"{site.url}/a.png") == "unsupported"


# -- TLS ---------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate that the name's owner signed himself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


def test_tls_asks_for_the_name_and_checks_it(site: Site, policy: WebPolicy, tmp_path: Path) -> None:
    asked: list[str | None] = []
    file = certificate(tmp_path, "site.test")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    server.sni_callback = lambda connection, name, context: asked.append(name)
    trusting = ssl.create_default_context(cafile=str(file))
    site.secure(server)
    site.page("/", PAGE)
    secure = site.url.replace("http:", "https:")
    for tls, url, reason in (
        (trusting, secure, None),
        (trusting, secure.replace("site.test", "other.test"), "certificate"),
        (None, secure, "certificate"),
    ):
        fetcher = Fetcher(policy, resolve=names, tls=tls)
        if reason is None:
            assert fetcher.get(parse_address(url)).data == PAGE.encode()
        else:
            with pytest.raises(ItemRejected, match=reason):
                fetcher.get(parse_address(url))
        fetcher.close()
    assert asked == ["site.test", "other.test", "site.test"]
