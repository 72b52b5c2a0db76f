from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.access import STAFF, Access
from assistant.sites import DEMO_SITE
from assistant.widget_access import Sender, WidgetSession
from index.database import open_database
from index.errors import AccessDenied, ForeignOrigin, SessionExpired
from index.library import Library
from index.scope import PUBLIC_ONLY

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"
PAGE = Sender(ORIGIN, HOST)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(open_database(tmp_path))
    yield library
    library.close()


def opened(access: Access, site: str = DEMO_SITE, origin: str | None = ORIGIN) -> WidgetSession:
    """What a page of this origin gets that names this site."""
    return access.widget.open(access.widget.site(site, Sender(origin, HOST)))


def test_a_widget_session_sees_public_documents_only(library: Library) -> None:
    access = Access(library, 900)
    session = opened(access)
    caller = access.caller(session.token, PAGE)
    assert (caller.role, caller.scope) == ("widget", PUBLIC_ONLY)
    assert caller.ends is not None
    assert 890 < (caller.ends - datetime.now(UTC)).total_seconds() <= 900
    assert session.expires_in == 900


def test_each_session_is_an_owner_of_its_own(library: Library) -> None:
    access = Access(library, 900)
    tokens = [opened(access).token for _ in range(2)]
    owners = [access.caller(token, PAGE).owner for token in [*tokens, *tokens, None]]
    assert owners[:2] == owners[2:4]
    assert len(set(owners)) == 3


def test_sessions_outlive_a_restart_but_not_their_time(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    token = opened(Access(library, 900)).token
    assert Access(library, 900).caller(token, PAGE).role == "widget"
    later = time.time() + 902
    monkeypatch.setattr("time.time", lambda: later)
    with pytest.raises(SessionExpired):
        Access(library, 900).caller(token, PAGE)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "",
        "http://127.0.0.1",
        "http://127.0.0.1:8001",
        "http://evil.org",
        "http://127.0.0.1:8000.evil.org",
        "http://evil127.0.0.1:8000",
        "http://127.0.0.1:8000/",
        "ftp://127.0.0.1:8000",
        "http://user@127.0.0.1:8000",
        "http://127.0.0.1:8000@evil.org",
    ],
)
def test_foreign_origins_get_no_session(library: Library, origin: str | None) -> None:
    access = Access(library, 900)
    with pytest.raises(ForeignOrigin):
        opened(access, origin=origin)
    token = opened(access).token
    with pytest.raises(ForeignOrigin):
        access.caller(token, Sender(origin, HOST))


def test_unknown_sites_get_no_session(library: Library) -> None:
    with pytest.raises(ForeignOrigin):
        opened(Access(library, 900), "other")


@pytest.mark.parametrize("token", ["", "staff", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_made_up_tokens_are_refused(library: Library, token: str) -> None:
    with pytest.raises(AccessDenied):
        Access(library, 900).caller(token, PAGE)


def test_another_librarys_token_is_refused(library: Library, tmp_path: Path) -> None:
    other = Library(open_database(tmp_path / "other"))
    token = opened(Access(other, 900)).token
    other.close()
    with pytest.raises(AccessDenied):
        Access(library, 900).caller(token, PAGE)


def test_without_a_token_the_caller_is_staff(library: Library) -> None:
    assert Access(library, 900).caller(None) == STAFF
