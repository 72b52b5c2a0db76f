"""Signing in with a browser: the way there and back, the session's cookie, and what other sites cannot do with it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.messages import languages, message
from index.database import open_database
from index.library import Library
from tests.ui.conftest import ORIGIN
from tests.ui.test_api import QUESTION
from ui.app import create_app
from ui.attempts import MOST, SECONDS

COOKIE = "missiondesk_session"
OWN = {"Origin": ORIGIN}
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    library = Library(open_database(tmp_path_factory.mktemp("sign_in")))
    access = Access(library, 900)
    access.keys.create("admin", days=1)
    yield access
    library.close()


@pytest.fixture(scope="module")
def app(assistant: Assistant, access: Access, conversations: Conversations) -> FastAPI:
    feedback = Feedback(conversations.engine, days=1)
    return create_app(assistant, access, conversations=conversations, feedback=feedback)


@pytest.fixture
def browser(app: FastAPI) -> Iterator[TestClient]:
    """Keeps cookies, and goes nowhere by itself. Every test begins with no failed try."""
    app.state.attempts._by_address.clear()
    with TestClient(app, base_url=ORIGIN, headers=PAGE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def key(access: Access) -> str:
    return access.keys.create("staff", days=1).secret


def sign_in(client: TestClient, key: str, came_for: str = "/", headers: dict[str, str] = OWN) -> Response:
    return client.post("/sign-in", data={"key": key, "next": came_for}, headers=headers)


# -- there and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/?q=permit&language=ro", "/documents/none?start=3&end=9", "/chat", "/chat/", "/docs"]
)
def test_pages_lead_to_the_sign_in_and_back(browser: TestClient, key: str, path: str) -> None:
    sent = browser.get(path)
    assert (sent.status_code, sent.headers["cache-control"]) == (303, "no-store")
    where = urlsplit(sent.headers["location"])
    came_for = parse_qs(where.query).get("next", ["/"])[0]
    assert (where.path, where.netloc, came_for) == ("/sign-in", "", path)
    page = browser.get(sent.headers["location"])
    hidden = re.search(r'name="next" value="([^"]*)"', page.text)
    assert hidden is not None
    back = sign_in(browser, key, hidden[1].replace("&amp;", "&"))
    assert (back.status_code, back.headers["location"]) == (303, path)
    assert browser.get("/").status_code == 200


def test_programs_are_not_sent_to_a_page(browser: TestClient) -> None:
    assert browser.get("/v1/documents").status_code == 401
    assert browser.get("/", headers={"Accept": "application/json"}).status_code == 401
    assert browser.get("/", headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert browser.post("/chat/gradio_api/queue/join").status_code == 401


@pytest.mark.parametrize(
    "came_for",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/ok\\..\\..",
        "/sign-out",
        "/sign-in?next=/",
        "/" + "a" * 5000,
        "",
    ],
)
def test_the_way_back_leads_to_no_other_site(browser: TestClient, key: str, came_for: str) -> None:
    assert sign_in(browser, key, came_for).headers["location"] == "/"
    shown = browser.get("/sign-in", params={"next": came_for}).text
    assert 'name="next" value="/"' in shown


def test_what_stands_in_the_address_is_no_markup(browser: TestClient) -> None:
    text = browser.get("/sign-in", params={"next": '/"><script>alert(1)</script>'}).text
    assert "<script" not in text


# -- the session -------------------------------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_of_scripts_and_sites(browser: TestClient, key: str) -> None:
    cookie = sign_in(browser, key).headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=mds_[\w-]{{43}}; HttpOnly; Max-Age=(\d+); Path=/; SameSite=lax", cookie)
    seconds = int(cookie.partition("Max-Age=")[2].partition(";")[0])
    assert 12 * 3600 - 60 < seconds <= 12 * 3600
    assert key not in cookie


def test_by_https_the_cookie_is_for_this_host_only(app: FastAPI, key: str) -> None:
    browser = TestClient(app, base_url=ORIGIN.replace("http", "https"), follow_redirects=False)
    cookie = sign_in(browser, key, headers={"Origin": ORIGIN.replace("http", "https")}).headers["set-cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "; Secure" in cookie
    assert browser.get("/").status_code == 200
    # One that came without HTTPS counts for nothing there.
    plain = cookie.partition("=")[2].partition(";")[0]
    assert TestClient(app, base_url=ORIGIN.replace("http", "https")).get(
        "/v1/documents", headers={"Cookie": f"{COOKIE}={plain}"}
    ).status_code == 401  # fmt: skip


def test_signing_out_ends_the_session_wherever_its_token_went(browser: TestClient, key: str) -> None:
    sign_in(browser, key)
    stolen = browser.cookies[COOKIE]
    assert message("sign_out", "en") in browser.get("/").text
    out = browser.post("/sign-out", headers=OWN)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert COOKIE not in browser.cookies
    assert browser.get("/v1/documents", headers={"Cookie": f"{COOKIE}={stolen}"}).status_code == 401
    # The key itself still works.
    assert sign_in(browser, key).status_code == 303


def test_signing_in_again_ends_the_session_before(browser: TestClient, key: str, access: Access) -> None:
    sign_in(browser, key)
    before = browser.cookies[COOKIE]
    sign_in(browser, key)
    assert browser.cookies[COOKIE] != before
    assert access.sign_ins.find(before) is None


def test_a_revoked_key_sends_its_holder_back_to_the_sign_in(browser: TestClient, access: Access) -> None:
    made = access.keys.create("staff", days=1)
    sign_in(browser, made.secret)
    assert browser.get("/").status_code == 200
    access.keys.revoke(made.key.id)
    assert browser.get("/?q=permit").headers["location"] == "/sign-in?next=%2F%3Fq%3Dpermit"
    assert browser.get("/v1/documents").status_code == 401


def test_a_session_has_the_rights_and_the_history_of_its_key(browser: TestClient, access: Access) -> None:
    made = access.keys.create("researcher", days=1)
    bearer = {"Authorization": f"Bearer {made.secret}"}
    held = browser.post("/v1/ask", json={"question": QUESTION, "conversation": True}, headers=bearer).json()
    sign_in(browser, made.secret)
    path = f"/v1/conversations/{held['conversation_id']}"
    assert browser.get(path).status_code == 200
    assert browser.get("/v1/feedback").status_code == 403
    other = access.keys.create("researcher", days=1).secret
    assert browser.get(path, headers={"Authorization": f"Bearer {other}"}).status_code == 404
    assert browser.delete(path, headers=OWN).status_code == 204


# -- other sites -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": ORIGIN}, 204),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
    ],
)
def test_a_cookie_changes_nothing_for_other_sites(
    browser: TestClient, key: str, headers: dict[str, str], status: int
) -> None:
    sign_in(browser, key)
    assert browser.delete("/v1/conversations", headers=headers).status_code == status
    assert browser.get("/v1/conversations").status_code == 200
    # Whoever sends the key itself is no other site.
    bearer = {"Authorization": f"Bearer {key}"}
    assert browser.delete("/v1/conversations", headers=bearer).status_code == 204


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "http://evil.example"}])
def test_other_sites_sign_nobody_in_or_out(browser: TestClient, key: str, headers: dict[str, str]) -> None:
    assert sign_in(browser, key, headers=headers).status_code == 403
    assert COOKIE not in browser.cookies
    sign_in(browser, key)
    assert browser.post("/sign-out", headers=headers).status_code == 403
    assert browser.get("/").status_code == 200


# -- failed tries ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_a_wrong_key_is_refused_in_the_readers_language(browser: TestClient, language: str) -> None:
    headers = {**OWN, "Accept-Language": language}
    refused = sign_in(browser, "mdk_0000000000000000_wrong", "/docs", headers)
    assert refused.status_code == 401
    assert message("sign_in_refused", language).replace("'", "&#39;") in refused.text
    assert f'<html lang="{language}"' in refused.text
    assert "wrong" not in refused.text
    assert 'name="next" value="/docs"' in refused.text
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize("key", ["", " ", "\ud83d", "😀" * 50, "a" * 10_000, "mds_x", "mdk_"])
def test_odd_keys_are_refused(browser: TestClient, key: str) -> None:
    body = b"next=/&key=" + key.encode("utf-8", "surrogatepass")
    headers = {**OWN, "Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post("/sign-in", content=body, headers=headers).status_code == 401


def test_a_body_that_is_no_form_is_refused(browser: TestClient) -> None:
    assert browser.post("/sign-in", content=b"x" * 100_000, headers=OWN).status_code == 413
    form = {**OWN, "Content-Type": "multipart/form-data"}
    assert browser.post("/sign-in", content=b"x", headers=form).status_code in {401, 422}


def test_who_tries_too_often_must_wait(
    app: FastAPI, browser: TestClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(MOST):
        assert sign_in(browser, "mdk_wrong").status_code == 401
    slowed = sign_in(browser, key)
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["retry-after"]) <= SECONDS
    assert message("sign_in_slow", "en") in slowed.text
    other = TestClient(app, base_url=ORIGIN, follow_redirects=False, client=("192.0.2.7", 50000))
    assert sign_in(other, key).status_code == 303
    later = time.monotonic() + SECONDS + 1
    monkeypatch.setattr("ui.attempts.time.monotonic", lambda: later)
    assert sign_in(browser, key).status_code == 303


def test_who_signs_in_is_not_slowed(browser: TestClient, key: str) -> None:
    for _ in range(MOST + 2):
        assert sign_in(browser, key).status_code == 303
