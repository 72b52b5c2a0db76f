"""Fetches one page: the only place that sends requests."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

import httpcore
import httpx

from index.errors import ItemRejected
from ingest.web.address import Address, parse_address
from ingest.web.body import ACCEPTED_ENCODING, read_body, too_large
from ingest.web.connection import CheckedBackend
from ingest.web.media import refuse_media
from ingest.web.names import Resolve, resolve
from ingest.web.pace import Pace
from ingest.web.policy import WebPolicy

OK = 200
GONE = frozenset({404, 410})
NOT_MODIFIED = 304
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_VALIDATOR = 500  # characters
_IDLE_SECONDS = 15.0  # an open connection waits as long for the next page of a host that is asked politely


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server calls the version it sent; empty where it did not say."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent; `address` is where the last redirect led. Only an answer of status 200 has data."""

    address: Address
    status: int
    data: bytes = b""
    media_type: str = ""
    charset: str | None = None
    validators: Validators = Validators()


def _nothing_held(_: Address) -> Validators:
    return Validators()


def _anything(_: Address) -> None:
    """Every address is permitted."""


class Fetcher:
    """Fetches pages one after the other, also for several threads, at a rate that each host can bear.

    It sends no cookies, follows no proxy of the environment, and knows no passwords.
    """

    def __init__(self, policy: WebPolicy, *, resolve: Resolve = resolve, tls: ssl.SSLContext | None = None) -> None:
        self.policy = policy
        self.pace = Pace(policy.interval)
        self._backend = CheckedBackend(policy, resolve)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or _tls(), network_backend=self._backend, keepalive_expiry=_IDLE_SECONDS
        )
        self._lock = RLock()

    def close(self) -> None:
        self._pool.close()

    def get(
        self,
        address: Address,
        *,
        held: Callable[[Address], Validators] = _nothing_held,
        permit: Callable[[Address], None] = _anything,
        largest: int | None = None,
    ) -> Answer:
        """The page at `address`. Each redirect is a new address that is checked as the first one was.

        `held` says which version of a page is there already, `permit` raises ItemRejected for addresses not to be
        asked for. Raises ItemRejected: `forbidden_address`, `unreachable`, `too_large`, `too_slow`, `redirects`,
        `unsupported`; what a status means is for the caller to say.
        """
        seconds = self.policy.seconds
        with self._lock:
            for _ in range(self.policy.redirects + 1):
                permit(address)
                self.pace.wait(address.host)
                started = time.monotonic()
                outcome = self._exchange(address, held(address), largest or self.policy.largest, seconds)
                if isinstance(outcome, Answer):
                    return outcome
                address = outcome
                seconds -= time.monotonic() - started
        raise ItemRejected(f"The page redirects more than {self.policy.redirects} times.", code="redirects")

    def _exchange(self, address: Address, held: Validators, largest: int, seconds: float) -> Answer | Address:
        """One request: its answer, or where it redirects to."""
        self._backend.deadline.set(seconds)
        host, target = address.host.encode("ascii"), address.target.encode("ascii")
        url = httpcore.URL(scheme=address.scheme.encode("ascii"), host=host, port=address.port, target=target)
        try:
            with self._pool.stream("GET", url, headers=self._headers(address, held)) as response:
                headers = httpx.Headers(response.headers)
                if response.status in _REDIRECTS:
                    return _target(headers, address)
                if response.status == NOT_MODIFIED and held == Validators():
                    raise ItemRejected("The server answers with 304, but was not asked for it.", code="http_error")
                return _answer(address, response, headers, largest)
        except httpcore.TimeoutException as error:
            raise _too_slow(self.policy.seconds) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _unreachable(error) from error

    def _headers(self, address: Address, held: Validators) -> dict[bytes | str, bytes | str]:
        headers: dict[bytes | str, bytes | str] = {
            "Host": address.authority,
            "User-Agent": self.policy.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5",
            "Accept-Encoding": ACCEPTED_ENCODING,
        }
        if held.etag:
            headers["If-None-Match"] = held.etag
        if held.last_modified:
            headers["If-Modified-Since"] = held.last_modified
        return headers


def _answer(address: Address, response: httpcore.Response, headers: httpx.Headers, largest: int) -> Answer:
    if response.status != OK:
        return Answer(address, response.status)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    refuse_media(media_type)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > largest:
        raise too_large(largest)
    data = read_body(response.iter_stream(), headers.get("content-encoding", ""), largest)
    validators = Validators(_short(headers.get("etag", "")), _short(headers.get("last-modified", "")))
    charset = httpx.Response(OK, headers=headers).charset_encoding
    return Answer(address, OK, data, media_type, charset, validators)


def _target(headers: httpx.Headers, address: Address) -> Address:
    location = headers.get("location", "")
    if not location:
        raise ItemRejected("The page redirects, but does not say where to.", code="redirects")
    return parse_address(location, address)


def _short(validator: str) -> str:
    """What can be sent back; anything else is none, and the page is fetched anew."""
    return validator if validator.isascii() and validator.isprintable() and len(validator) <= _LONGEST_VALIDATOR else ""


def _too_slow(seconds: float) -> ItemRejected:
    return ItemRejected(f"The page did not arrive within {seconds:g} seconds.", code="too_slow")


def _unreachable(error: Exception) -> ItemRejected:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None:
        return ItemRejected("The site's certificate cannot be trusted.", code="unreachable")
    if isinstance(error, httpcore.ProtocolError):
        return ItemRejected("The answer broke off, or is not one that HTTP allows.", code="unreachable")
    return ItemRejected("The site cannot be reached.", code="unreachable")


def _tls() -> ssl.SSLContext:
    """Trusts what browsers trust, and what this machine's own list adds (an organisation's certificate authority)."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
