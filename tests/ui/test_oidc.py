"""Signing in with the accounts of an OpenID Connect provider: a real one, and one that lies."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.messages import message
from assistant.settings import Settings, load_settings
from assistant.wiring import open_access, open_library
from index.errors import InvalidSetting
from tests.browser.serving import served
from tests.ui.conftest import ORIGIN
from tests.ui.lying_provider import CLIENT, SECRET, Lies, LyingProvider, query_of
from ui.app import create_app
from ui.oidc import open_provider
from ui.server import _provider

ROLES = {"desk": "staff", "library": "researcher", "office": "admin"}
PEOPLE = {
    "anna": ["desk", "choir"],
    "ben": ["library", "desk"],
    "carla": ["choir"],
    "dan": [],
    "eva": "office",
    "fred": {"desk": True},
}
_START_SECONDS = 60.0


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that somebody else wrote, in a process of its own."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    people = [json.dumps({"sub": sub, "groups": groups}) for sub, groups in PEOPLE.items()]
    claims = [part for person in people for part in ("--user-claims", person)]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "-n", "true", *claims]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    give_up = time.monotonic() + _START_SECONDS
    try:
        while not _answers(address):
            assert process.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/.well-known/openid-configuration").is_success
    except httpx.TransportError:
        return False


@contextmanager
def desk(assistant: Assistant, folder: Path, issuer: str, **more: object) -> Iterator[tuple[TestClient, Access]]:
    """A browser at a server that has no keys and takes the provider's accounts."""
    settings = settings_for(folder, issuer, **more)
    library = open_library(settings)
    access = open_access(settings, library)
    app = create_app(assistant, access, provider=open_provider(settings))
    with TestClient(app, base_url=ORIGIN, follow_redirects=False, headers={"Accept": "text/html"}) as browser:
        yield browser, access
    library.close()


def settings_for(folder: Path, issuer: str, **more: object) -> Settings:
    given = {"oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_roles": ROLES, **more}
    return load_settings(data_dir=folder / "data", oidc_issuer=issuer, **given)


@pytest.fixture
def real(assistant: Assistant, tmp_path: Path, issuer: str) -> Iterator[tuple[TestClient, Access]]:
    with desk(assistant, tmp_path, issuer) as made:
        yield made


def at_the_provider(address: str, person: str) -> str:
    """Choose an account there; gives the address that the browser is sent back to."""
    response = httpx.post(address, data={"sub": person})
    assert response.status_code == 302, response.text
    return response.headers["location"]


def sign_in(browser: TestClient, person: str, came_for: str = "/docs") -> Response:
    leaving = browser.get("/sign-in/oidc", params={"next": came_for})
    assert leaving.status_code == 303, leaving.text
    return browser.get(at_the_provider(leaving.headers["location"], person))


# -- a real provider ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "role"), [("anna", "staff"), ("ben", "staff"), ("eva", "admin")])
def test_a_group_gives_a_role(real: tuple[TestClient, Access], person: str, role: str) -> None:
    browser, access = real
    assert browser.get("/docs").headers["location"] == "/sign-in?next=%2Fdocs"
    assert message("sign_in_account", "en").replace("'", "&#39;") in browser.get("/sign-in?next=%2Fdocs").text
    back = sign_in(browser, person)
    assert (back.status_code, back.headers["location"]) == (303, "/docs")
    assert browser.get("/docs").status_code == 200
    caller = access.caller(browser.cookies["missiondesk_session"])
    assert (caller.role, caller.owner) == (role, f"oidc:{person}")
    assert "missiondesk_sign_in" not in browser.cookies


@pytest.mark.parametrize("person", ["carla", "dan", "fred", "somebody new"])
def test_who_has_no_role_is_refused(real: tuple[TestClient, Access], person: str) -> None:
    browser, _ = real
    refused = sign_in(browser, person)
    assert refused.status_code == 403
    assert message("sign_in_no_role", "en") in refused.text
    assert "missiondesk_session" not in browser.cookies
    assert browser.get("/v1/documents").status_code == 401


def test_what_is_asked_of_the_provider(real: tuple[TestClient, Access], issuer: str) -> None:
    browser, _ = real
    leaving = browser.get("/sign-in/oidc")
    assert leaving.headers["location"].startswith(f"{issuer}/oauth2/authorize?")
    asked = query_of(leaving.headers["location"])
    assert asked["redirect_uri"] == f"{ORIGIN}/sign-in/oidc/callback"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert {len(asked[name]) > 15 for name in ("state", "nonce", "code_challenge")} == {True}
    cookie = leaving.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_the_way_back_is_for_the_browser_that_left(real: tuple[TestClient, Access]) -> None:
    browser, _ = real
    back = at_the_provider(browser.get("/sign-in/oidc").headers["location"], "anna")
    stranger = TestClient(browser.app, base_url=ORIGIN, follow_redirects=False)
    assert stranger.get(back).status_code == 401
    stranger.get("/sign-in/oidc")
    assert stranger.get(back).status_code == 502
    assert "missiondesk_session" not in stranger.cookies
    # A code is good once.
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 401


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied&state=x", "?code=x&state=x"])
def test_a_made_up_way_back_signs_nobody_in(real: tuple[TestClient, Access], query: str) -> None:
    browser, _ = real
    browser.get("/sign-in/oidc")
    failed = browser.get(f"/sign-in/oidc/callback{query}")
    assert failed.status_code == 502
    assert message("sign_in_failed", "en") in failed.text
    assert "missiondesk_session" not in browser.cookies


@pytest.mark.parametrize("came_for", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_back_leads_to_no_other_site(real: tuple[TestClient, Access], came_for: str) -> None:
    assert sign_in(real[0], "anna", came_for).headers["location"] == "/"


def test_a_provider_that_is_away_is_said_to_be(assistant: Assistant, tmp_path: Path) -> None:
    with desk(assistant, tmp_path, "http://127.0.0.1:9") as (browser, _):
        assert browser.get("/sign-in/oidc").status_code == 502


# -- one that lies -----------------------------------------------------------------------------------------------------

TRUE = {"groups": ["desk"]}
LIES: dict[str, Lies] = {
    "another audience": Lies({**TRUE, "aud": "another client"}),
    "another audience, for us": Lies({**TRUE, "aud": "another client", "azp": CLIENT}),
    "another issuer": Lies({**TRUE, "iss": "https://evil.example"}),
    "another nonce": Lies({**TRUE, "nonce": "replayed"}),
    "no nonce": Lies({**TRUE, "nonce": None}),
    "over": Lies({**TRUE, "exp": 1_000_000_000}),
    "no subject": Lies({**TRUE, "sub": ""}),
    "a subject that is no text": Lies({**TRUE, "sub": 7}),
    "unsigned": Lies(TRUE, signed_by="nobody"),
    "signed with the client's secret": Lies(TRUE, signed_by="the client's secret"),
    "signed by another": Lies(TRUE, signed_by="another"),
    "no token": Lies(no_token=True),
    "about somebody else": Lies(userinfo={"sub": "ben", "groups": ["office"]}),
}


@pytest.fixture(scope="module")
def lying() -> Iterator[tuple[LyingProvider, str]]:
    provider = LyingProvider()
    with served(provider.app) as address:
        yield provider, address


def through(browser: TestClient) -> Response:
    leaving = browser.get("/sign-in/oidc")
    return browser.get(httpx.get(leaving.headers["location"]).headers["location"]) if leaving.is_redirect else leaving


@pytest.mark.parametrize(
    ("lies", "role"),
    [
        (Lies(TRUE), "staff"),
        (Lies({"groups": ["library", "desk", "office"]}), "admin"),
        (Lies(userinfo={"groups": "library"}), "researcher"),
    ],
)
def test_the_truth_is_believed(
    assistant: Assistant, tmp_path: Path, lying: tuple[LyingProvider, str], lies: Lies, role: str
) -> None:
    lying[0].lies = lies
    with desk(assistant, tmp_path, lying[1]) as (browser, access):
        assert through(browser).status_code == 303
        assert access.caller(browser.cookies["missiondesk_session"]).role == role


@pytest.mark.parametrize("kind", LIES)
def test_a_lie_signs_nobody_in(
    assistant: Assistant,
    tmp_path: Path,
    lying: tuple[LyingProvider, str],
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lying[0].lies = LIES[kind]
    with desk(assistant, tmp_path, lying[1]) as (browser, _), caplog.at_level(logging.INFO, "missiondesk"):
        failed = through(browser)
        assert failed.status_code == 502
        assert "missiondesk_session" not in browser.cookies
    reasons = [vars(record)["reason"] for record in caplog.records if hasattr(record, "reason")]
    assert len(reasons) == 1
    assert "an access token" not in caplog.text


def test_a_provider_by_another_name_is_not_believed(
    assistant: Assistant, tmp_path: Path, lying: tuple[LyingProvider, str]
) -> None:
    lying[0].lies = Lies(TRUE, metadata={"issuer": "https://evil.example"})
    with desk(assistant, tmp_path, lying[1]) as (browser, _):
        assert through(browser).status_code == 502


def test_a_long_subject_is_an_owner_too(assistant: Assistant, tmp_path: Path, lying: tuple[LyingProvider, str]) -> None:
    lying[0].lies = Lies({**TRUE, "sub": "ö" * 255})
    with desk(assistant, tmp_path, lying[1]) as (browser, access):
        through(browser)
        assert len(access.caller(browser.cookies["missiondesk_session"]).owner) == len("oidc:") + 64


# -- settings ----------------------------------------------------------------------------------------------------------

WRONG: dict[str, Callable[[Path], Settings]] = {
    "https": lambda folder: settings_for(folder, "http://login.example.org"),
    "oidc_client_id": lambda folder: settings_for(folder, "https://login.example.org", oidc_client_id=None),
    "oidc_roles": lambda folder: settings_for(folder, "https://login.example.org", oidc_roles={}),
}


@pytest.mark.parametrize("named", WRONG)
def test_settings_that_are_wrong_are_named(tmp_path: Path, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named):
        _provider(WRONG[named](tmp_path))


def test_a_package_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "authlib.integrations.starlette_client", None)
    monkeypatch.delitem(sys.modules, "ui.oidc")
    with pytest.raises(InvalidSetting, match=r"missiondesk\[oidc\]"):
        _provider(settings_for(tmp_path, "https://login.example.org"))
