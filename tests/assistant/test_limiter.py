"""How often anybody may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant.access import STAFF, Caller
from assistant.budget import Budget
from assistant.limiter import Limiter, Rates
from assistant.settings import load_settings
from assistant.sites import Site
from assistant.window_memory import WindowMemory
from assistant.wiring import open_limiter
from index.database import open_database
from index.errors import InvalidSetting, TooManyRequests
from index.library import Library
from index.scope import PUBLIC_ONLY

A, B = (Site(name, name, ()) for name in "ab")
RATES = Rates(
    address_sessions="5 per minute",
    address_questions="8 per minute",
    session_questions="3 per minute",
    site_sessions="12 per minute",
    site_questions="20 per minute; 200 per hour",
    owner_questions="6 per minute",
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(open_database(tmp_path))
    yield library
    library.close()


@pytest.fixture
def limiter(library: Library) -> Limiter:
    return Limiter(RATES, WindowMemory(), Budget(library.engine, per_site=100, overall=100))


def visitor(session: object, site: Site = A) -> Caller:
    return Caller("widget", PUBLIC_ONLY, f"widget:{site.id}:{session}", None, site)


def passes(calls: Iterable[Callable[[], None]]) -> int:
    """How many of these calls pass."""
    count = 0
    for call in calls:
        try:
            call()
        except TooManyRequests:
            continue
        count += 1
    return count


def asked(limiter: Limiter, *calls: tuple[Caller, str]) -> int:
    return passes(partial(limiter.question, caller, address) for caller, address in calls)


def test_one_session_asks_no_more_than_its_own(limiter: Limiter) -> None:
    assert asked(limiter, *[(visitor(1), f"10.0.0.{n}") for n in range(9)]) == 3


def test_new_sessions_give_one_address_no_more(limiter: Limiter) -> None:
    assert asked(limiter, *[(visitor(n), "10.0.0.1") for n in range(30)]) == 8
    assert asked(limiter, (visitor("else"), "10.0.0.2")) == 1


def test_many_addresses_give_one_site_no_more(limiter: Limiter) -> None:
    assert asked(limiter, *[(visitor(n), f"10.0.0.{n}") for n in range(30)]) == 20
    assert asked(limiter, (visitor("else", B), "10.0.1.1")) == 1


def test_what_is_refused_counts_nowhere(limiter: Limiter) -> None:
    for n in range(50):
        asked(limiter, (visitor(n), "10.0.0.1"))
    assert asked(limiter, *[(visitor(n), f"10.0.1.{n}") for n in range(30)]) == 20 - 8, "12 were left of the site's 20"


def test_sessions_are_counted_by_address_and_site(limiter: Limiter) -> None:
    assert passes(partial(limiter.session, A, "10.0.0.1") for _ in range(30)) == 5
    assert passes(partial(limiter.session, A, f"10.0.1.{n}") for n in range(30)) == 7
    assert passes(partial(limiter.session, B, "10.0.2.1") for _ in range(1)) == 1


def test_an_ipv6_subscriber_is_one_address(limiter: Limiter) -> None:
    assert passes(partial(limiter.session, A, f"2001:db8::{n:x}:1") for n in range(30)) == 5
    assert passes(partial(limiter.session, A, "2001:db8:0:1::1") for _ in range(1)) == 1


def test_staff_are_counted_by_credential_and_have_no_budget(library: Library) -> None:
    limiter = Limiter(RATES, WindowMemory(), Budget(library.engine, per_site=0, overall=0))
    assert asked(limiter, *[(STAFF, f"10.0.0.{n}") for n in range(30)]) == 6
    assert asked(limiter, (replace(STAFF, owner="key:2"), "10.0.0.1")) == 1
    with pytest.raises(TooManyRequests) as refused:
        limiter.question(visitor(1), "10.0.0.1")
    assert refused.value.code == "budget_spent"
    limiter.call(visitor(1), "10.0.0.1")


def test_a_refusal_says_when_to_come_back(limiter: Limiter, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    for _ in range(3):
        limiter.call(visitor(1), "10.0.0.1")
        now += 10
    with pytest.raises(TooManyRequests) as refused:
        limiter.call(visitor(1), "10.0.0.1")
    assert refused.value.retry_after == 30
    now += 30.5
    limiter.call(visitor(1), "10.0.0.1")
    with pytest.raises(TooManyRequests) as again:
        limiter.call(visitor(1), "10.0.0.1")
    assert again.value.retry_after == 10, "the window moves: the second of the three leaves it next"


def test_threads_at_once_get_no_more(limiter: Limiter) -> None:
    def one(number: int) -> int:
        return asked(limiter, (visitor(number), f"10.0.{number % 7}.1"))

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(one, range(400))) == 20


def test_memory_forgets_who_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr("time.time", lambda: now)
    monkeypatch.setattr("time.monotonic", lambda: now)
    memory = WindowMemory()
    for n in range(500):
        memory.acquire_entry(f"session {n}", 10, 60)
    now += 300
    memory.acquire_entry("later", 10, 60)
    memory.timer.join()
    now += 61
    memory.acquire_entry("later still", 10, 60)
    assert len(memory.events) <= 3


def test_settings_name_rates_and_stores(library: Library) -> None:
    limiter = open_limiter(load_settings(widget_session_questions="2/minute"), library)
    assert asked(limiter, *[(visitor(1), "10.0.0.1")] * 5) == 2
    for wrong in ({"widget_session_questions": "often"}, {"trusted_proxies": "10.0.0.0/33"}):
        with pytest.raises(InvalidSetting):
            load_settings(**wrong)
    for storage in ("nowhere://x", "async+memory://", "memcached"):
        with pytest.raises(InvalidSetting):
            open_limiter(load_settings(rate_storage=storage), library)
