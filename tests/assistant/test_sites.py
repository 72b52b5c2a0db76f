"""Sites that embed the widget: their origins, what they may cost, and that all of it holds at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from assistant import budget as budget_module
from assistant.access import Access
from assistant.budget import Budget
from assistant.contact import Contact
from assistant.origins import normalised_origin
from assistant.sites import DEMO_SITE, Site, Sites
from assistant.widget_access import Sender
from index.database import open_database
from index.errors import AccessDenied, ForeignOrigin, InvalidRequest, NotFound, TooManyRequests
from index.library import Library

GOOD = "https://good.org"
CONTACT = Contact("The desk", phone="+39 06 1234", languages=("it",))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(open_database(tmp_path))
    yield library
    library.close()


@pytest.fixture
def sites(library: Library) -> Sites:
    return Sites(library.engine)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("https://good.org", "https://good.org"),
        (" HTTPS://Good.ORG:443/ ", "https://good.org"),
        ("http://good.org:80", "http://good.org"),
        ("http://good.org:443", "http://good.org:443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://faß.example", "https://xn--fa-hia.example"),
        ("https://ｇｏｏｄ.org", "https://good.org"),
        ("https://пример.рф:8443", "https://xn--e1afmkfd.xn--p1ai:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[0:0::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_stored_as_browsers_send_it(typed: str, sent: str) -> None:
    assert normalised_origin(typed) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "", "null", "*", "good.org", "https://", "https://*.good.org", "https://good.org/path", "https://good.org?x",
        "https://good.org#x", "https://me@good.org", "https://good.org.", "https://good.org:0", "https://good.org:70000",
        "ftp://good.org", "https://good .org", "https://good.org\\@evil.org", "https://-a-.org", "https://[1::2::3]",
        "https://a..org", "https://%67ood.org", "https://good.org https://evil.org", "https://" + "a" * 300,
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(typed: str) -> None:
    with pytest.raises(InvalidRequest):
        normalised_origin(typed)


def test_a_site_is_kept_and_changed(sites: Sites) -> None:
    site = sites.add([GOOD, "https://WWW.good.org", GOOD], contacts=(CONTACT,), daily_budget=7)
    assert (site.name, site.origins) == (GOOD, (GOOD, "https://www.good.org"))
    assert sites.get(site.id) == site
    changed = sites.change(site.id, origins=[])
    assert changed == sites.get(site.id) == sites.all()[0]
    assert (changed.origins, changed.contacts, changed.daily_budget, changed.name) == ((), (CONTACT,), 7, GOOD)
    assert sites.change(site.id, name="Good", daily_budget=0).daily_budget == 0
    sites.remove(site.id)
    assert sites.all() == []
    for gone in (lambda: sites.get(site.id), lambda: sites.remove(site.id), lambda: sites.change(site.id, name="x")):
        with pytest.raises(NotFound):
            gone()


def test_ids_are_random_and_names_are_lines(sites: Sites) -> None:
    assert len({sites.add([GOOD]).id for _ in range(20)}) == 20
    for name in ("two\nlines", " ", "x" * 201):
        with pytest.raises(InvalidRequest):
            sites.add([GOOD], name=name)
    with pytest.raises(InvalidRequest):
        sites.add([GOOD], daily_budget=-1)


def test_a_token_counts_only_from_its_sites_pages(library: Library, sites: Sites) -> None:
    access = Access(library, 900)
    site, other = sites.add([GOOD]), sites.add(["https://other.org"])
    token = access.widget.open(access.widget.site(site.id, Sender(GOOD))).token
    caller = access.caller(token, Sender(GOOD))
    assert caller.owner.startswith(f"widget:{site.id}:")
    assert caller.site == site
    for origin in ("https://other.org", None, "null", "http://good.org"):
        for reads in (True, False):
            with pytest.raises(ForeignOrigin):
                access.caller(token, Sender(origin, "127.0.0.1:8000", reads))
    with pytest.raises(ForeignOrigin):
        access.widget.site(other.id, Sender(GOOD))


def test_an_empty_list_of_origins_lets_nobody_in(library: Library, sites: Sites) -> None:
    site = sites.add([], name="Nobody")
    for origin in (None, "", "null", GOOD):
        with pytest.raises(ForeignOrigin):
            Access(library, 900).widget.site(site.id, Sender(origin, "good.org"))


def test_removing_a_site_ends_its_sessions_in_every_process(library: Library, sites: Sites, tmp_path: Path) -> None:
    site = sites.add([GOOD])
    access = Access(library, 900)
    token = access.widget.open(site).token
    assert access.caller(token, Sender(GOOD)).role == "widget"
    elsewhere = Library(open_database(tmp_path))
    Sites(elsewhere.engine).remove(site.id)
    elsewhere.close()
    with pytest.raises(ForeignOrigin):
        access.caller(token, Sender(GOOD))


def test_the_list_of_all_origins_is_soon_right(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    site = sites.add([GOOD])
    assert sites.is_some_sites(GOOD)
    assert not sites.is_some_sites("https://evilgood.org")
    sites.remove(site.id)
    now += 5
    assert not sites.is_some_sites(GOOD)


def test_site_ids_lead_nowhere_else(library: Library) -> None:
    access = Access(library, 900)
    for site_id in ("", "x" * 200, "../demo", "Demo", "demo "):
        with pytest.raises(AccessDenied):
            access.widget.site(site_id, Sender("http://127.0.0.1:8000", "127.0.0.1:8000"))
    assert access.widget.site(DEMO_SITE, Sender(None, "127.0.0.1:8000", reads=True)).id == DEMO_SITE
    with pytest.raises(ForeignOrigin):
        access.widget.site(DEMO_SITE, Sender(None, "127.0.0.1:8000"))


# -- the day's budget --------------------------------------------------------------------------------------------------


def spent(budget: Budget, site: Site, times: int) -> int:
    """How many of so many questions were answered."""
    passed = 0
    for _ in range(times):
        try:
            budget.spend(site)
        except TooManyRequests:
            continue
        passed += 1
    return passed


def test_a_site_has_a_number_of_its_own_or_the_usual_one(library: Library) -> None:
    budget = Budget(library.engine, per_site=5, overall=100)
    assert spent(budget, Site("a", "a", ()), 8) == 5
    assert spent(budget, Site("b", "b", (), daily_budget=3), 8) == 3
    assert spent(budget, Site("c", "c", (), daily_budget=0), 2) == 0
    assert (budget.used("a"), budget.used("b"), budget.used("c"), budget.used()) == (5, 3, 0, 8)
    with pytest.raises(TooManyRequests) as refused:
        budget.spend(Site("a", "a", ()))
    assert refused.value.code == "budget_spent"
    midnight = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(), UTC)
    assert abs(refused.value.retry_after - (midnight - datetime.now(UTC)).total_seconds()) < 60


def test_all_sites_together_have_a_limit(library: Library) -> None:
    budget = Budget(library.engine, per_site=5, overall=7)
    assert [spent(budget, Site(name, name, ()), 5) for name in "abc"] == [5, 2, 0]
    assert (budget.used("b"), budget.used("c"), budget.used()) == (2, 0, 7), "what is refused is not counted"


def test_a_restart_forgives_nothing_and_the_next_day_does(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site("a", "a", ())
    monkeypatch.setattr(budget_module, "utc_now", lambda: datetime(2026, 5, 1, 23, 59))
    assert spent(Budget(library.engine, per_site=2, overall=9), site, 1) == 1
    assert spent(Budget(library.engine, per_site=2, overall=9), site, 3) == 1
    monkeypatch.setattr(budget_module, "utc_now", lambda: datetime(2026, 5, 2))
    later = Budget(library.engine, per_site=2, overall=9)
    assert (later.used("a"), spent(later, site, 3)) == (0, 2)
    monkeypatch.setattr(budget_module, "utc_now", lambda: datetime(2028, 1, 1))
    assert spent(later, site, 1) == 1
    monkeypatch.setattr(budget_module, "utc_now", lambda: datetime(2026, 5, 1))
    assert later.used("a") == 0, "days long past are forgotten"


def test_several_who_ask_at_once_get_no_more(library: Library) -> None:
    budget = Budget(library.engine, per_site=20, overall=30)
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda name: spent(budget, Site(name, name, ()), 10), "aabbaabb"))
    assert sum(passed) == budget.used() == 30
