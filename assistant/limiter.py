"""How often anybody may ask: in a moving window, by address, session, site and credential."""

from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import MovingWindowRateLimiter

from assistant.access import Caller
from assistant.budget import Budget
from assistant.sites import Site
from index.errors import LibraryUnusable, TooManyRequests

_HOME_NETWORK = 64
"""Bits of an IPv6 address that tell one connection from another; the rest a subscriber chooses freely."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often, as in `60 per minute; 600 per hour`: sessions and questions of the widget, questions of others.

    An address may be that of fifty people in one shelter.
    """

    address_sessions: str
    address_questions: str
    session_questions: str
    site_sessions: str
    site_questions: str
    owner_questions: str


class Limiter:
    """Counts calls; what is refused counts nowhere. Raises `LibraryUnusable` where the store of the counts is down."""

    def __init__(self, rates: Rates, storage: Storage, budget: Budget) -> None:
        self._window = MovingWindowRateLimiter(storage)
        self._rates = {name: tuple(parse_many(getattr(rates, name))) for name in Rates.__slots__}
        self._budget = budget

    def session(self, site: Site, address: str) -> None:
        """Count a new session of the widget. Raises `TooManyRequests`."""
        self._count(("address_sessions", _network(address)), ("site_sessions", site.id))

    def call(self, caller: Caller, address: str) -> None:
        """Count a search, or whatever costs about as much as one. Raises `TooManyRequests`."""
        if caller.site is None:
            self._count(("owner_questions", caller.owner))
            return
        self._count(
            ("address_questions", _network(address)),
            ("session_questions", caller.owner),
            ("site_questions", caller.site.id),
        )

    def question(self, caller: Caller, address: str) -> None:
        """Count a question; those of the widget also against the day's budget. Raises `TooManyRequests`."""
        self.call(caller, address)
        if caller.site is not None:
            self._budget.spend(caller.site)

    def _count(self, *counted: tuple[str, str]) -> None:
        windows = [(rate, f"{name}:{key}") for name, key in counted for rate in self._rates[name]]
        try:
            # Looked at first, so that a crowd at one address does not use up what is left of its site.
            for passes in (self._window.test, self._window.hit):
                for rate, key in windows:
                    if not passes(rate, key):
                        raise self._refusal(rate, key)
        except StorageError as error:
            raise LibraryUnusable(f"Calls cannot be counted: {error.storage_error}.") from error

    def _refusal(self, rate: RateLimitItem, key: str) -> TooManyRequests:
        reset, _ = self._window.get_window_stats(rate, key)
        seconds = max(1, min(math.ceil(reset - time.time()), rate.get_expiry()))
        return TooManyRequests(f"Too many requests: try again in {seconds} s.", retry_after=seconds)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, _HOME_NETWORK), strict=False)) if parsed.version == 6 else address
