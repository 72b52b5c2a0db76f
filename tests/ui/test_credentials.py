"""Credentials over HTTP: which are accepted, and that one which has ended ends everywhere.

Who may do what stands in `matrix_rows.py`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from itsdangerous import URLSafeTimedSerializer

from assistant.access import Access
from assistant.answer import Answer, AnswerTimings, Statement
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.events import Delta, Sources
from assistant.feedback import Feedback
from assistant.keys import Keys, NewKey
from assistant.roles import KeyRole
from assistant.sites import DEMO_SITE
from assistant.widget_access import Sender
from index.database import open_database
from index.errors import InvalidSetting
from index.library import Library
from tests.ui.conftest import ORIGIN
from tests.ui.test_api import EVENTS, QUESTION, events
from ui.app import create_app
from ui.guard import LOOPBACK, answered_hosts

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """A server with keys; its keys stand in a database of their own, so that the other tests' server stays open."""

    app: FastAPI
    access: Access
    folder: Path
    keys: dict[str, NewKey]

    def client(self, token: str | None = None) -> TestClient:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return TestClient(self.app, base_url=ORIGIN, headers=headers, follow_redirects=False)

    def token(self, who: str) -> str:
        if who == "widget":
            demo = self.access.widget.site(DEMO_SITE, Sender(ORIGIN, ORIGIN.removeprefix("http://")))
            return self.access.widget.open(demo).token
        return self.keys[who].secret

    def revoke(self, key: NewKey) -> None:
        """As another process does."""
        engine = open_database(self.folder)
        Keys(engine).revoke(key.key.id)
        engine.dispose()


@pytest.fixture(scope="module")
def desk(
    assistant: Assistant, conversations: Conversations, feedback: Feedback, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("keys")
    library = Library(open_database(folder))
    access = Access(library, 900)
    roles: tuple[KeyRole, ...] = ("researcher", "staff", "admin")
    keys: dict[str, NewKey] = {role: access.keys.create(role, days=1) for role in roles}
    app = create_app(assistant, access, conversations=conversations, feedback=feedback)
    yield Desk(app, access, folder, keys)
    library.close()


# -- who may do what ---------------------------------------------------------------------------------------------------


def test_a_citation_leads_a_visitor_to_a_public_document_and_to_no_other(desk: Desk) -> None:
    found = desk.client(desk.token("staff")).get("/v1/documents").json()["documents"]
    by_audience = {document["audience"]: document["id"] for document in found}
    page = {"Accept": "text/html"}
    shown = desk.client().get(f"/documents/{by_audience['public']}", headers=page)
    assert shown.status_code == 200
    assert 'href="/docs"' not in shown.text
    # One that is not for everybody looks like one that is not there.
    for hidden in (by_audience["internal"], "none"):
        sent = desk.client().get(f"/documents/{hidden}", headers=page)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/sign-in?next=%2Fdocuments%2F{hidden}")
        assert desk.client().get(f"/documents/{hidden}").status_code == 401
        assert desk.client(desk.token("widget")).get(f"/documents/{hidden}").status_code == 404
    assert desk.client().get(f"/v1/documents/{by_audience['public']}").status_code == 401


def test_a_program_is_told_what_is_missing(desk: Desk) -> None:
    response = desk.client().get("/v1/documents")
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["code"] == "credential_needed"
    assert response.json()["log_id"] == response.headers["x-log-id"]


def test_a_staff_key_changes_nothing_for_a_widget(desk: Desk) -> None:
    client = desk.client(desk.token("staff"))
    site = {"site": DEMO_SITE}
    assert client.post("/v1/widget/sessions", json=site, headers={"Origin": "http://evil.example"}).status_code == 403
    token = client.post("/v1/widget/sessions", json=site, headers={"Origin": ORIGIN}).json()["token"]
    assert desk.access.caller(token, Sender(ORIGIN, ORIGIN.removeprefix("http://"))).role == "widget"
    assert desk.client(token).get("/v1/feedback").status_code == 403


def unsigned(claims: dict[str, object]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def signed(secret: str, audience: str) -> str:
    return str(URLSafeTimedSerializer(secret, salt=audience).dumps({"site": DEMO_SITE, "session": "x"}))


MADE_UP: dict[str, Callable[[Desk], str]] = {
    "alg none": lambda _: unsigned({"role": "admin", "aud": "missiondesk"}),
    "garbage": lambda _: "%00%ff",
    "no key": lambda _: f"mdk_{'0' * 16}_{'A' * 43}",
    "no session": lambda _: f"mds_{'A' * 43}",
    "another purpose": lambda desk: str(
        URLSafeTimedSerializer(desk.access.secret, salt="other").dumps({"site": "demo"})
    ),
    "another widget's": lambda _: str(URLSafeTimedSerializer("x", salt="missiondesk-widget").dumps({"site": "demo"})),
}


@pytest.mark.parametrize("kind", MADE_UP)
def test_made_up_tokens_are_refused(desk: Desk, kind: str) -> None:
    token = MADE_UP[kind](desk)
    for path in ("/v1/documents", "/v1/feedback", "/", "/openapi.json"):
        assert desk.client(token).get(path).status_code == 401
        cookie = {"Cookie": f"missiondesk_session={token}"}
        assert desk.client().get(path, headers=cookie).status_code == 401


# -- a credential that has ended ---------------------------------------------------------------------------------------


def test_a_revoked_key_is_refused_at_once(desk: Desk) -> None:
    made = desk.access.keys.create("staff", days=1)
    client = desk.client(made.secret)
    assert client.get("/v1/feedback").status_code == 200
    desk.revoke(made)
    assert client.get("/v1/feedback").status_code == 401
    assert client.get("/health/live").status_code == 200


class Revoking:
    """Stands in for the assistant: the key is revoked between the first and the second sentence."""

    def __init__(self, revoke: Callable[[], None]) -> None:
        self._revoke = revoke

    def stream(self, question: str, **_: object) -> Iterator[Sources | Delta | Answer]:
        first, second = Statement("The first sentence.", (), 1.0), Statement("The second sentence.", (), 1.0)
        yield Sources(())
        yield Delta(first, ())
        self._revoke()
        yield Delta(second, ())
        text = f"{first.text} {second.text}"
        yield Answer(question, "en", "answered", text, (first, second), (), "extractive", None, AnswerTimings(0, 0, 0))


@pytest.mark.parametrize("streamed", [True, False])
def test_an_answer_ends_with_the_key(desk: Desk, streamed: bool) -> None:
    made = desk.access.keys.create("staff", days=1)
    app = create_app(cast(Assistant, Revoking(lambda: desk.revoke(made))), desk.access)
    headers = {"Authorization": f"Bearer {made.secret}", **(EVENTS if streamed else {})}
    response = TestClient(app, base_url=ORIGIN).post("/v1/ask", json={"question": QUESTION}, headers=headers)
    assert "second" not in response.text
    if not streamed:
        assert response.status_code == 401
        return
    seen = list(events(response.text))
    assert [name for name, _ in seen] == ["sources", "delta", "error"]
    assert seen[-1][1]["status"] == 401


def test_a_visitors_answer_is_read_to_its_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token = desk.token("widget")
    app = create_app(
        cast(Assistant, Revoking(lambda: monkeypatch.setattr(desk.access.widget, "_session_seconds", -1))), desk.access
    )
    headers = {"Authorization": f"Bearer {token}", "Origin": ORIGIN, **EVENTS}
    client = TestClient(app, base_url=ORIGIN)
    seen = events(client.post("/v1/ask", json={"question": QUESTION}, headers=headers).text)
    assert [name for name, _ in seen] == ["sources", "delta", "delta", "answer"]
    assert client.post("/v1/ask", json={"question": QUESTION}, headers=headers).status_code == 401


def test_the_first_key_closes_a_server_that_runs(assistant: Assistant, tmp_path: Path) -> None:
    library = Library(open_database(tmp_path))
    client = TestClient(create_app(assistant, Access(library, 900)), base_url=ORIGIN, follow_redirects=False)
    assert client.get("/v1/documents").status_code == 200
    assert client.get("/sign-in").headers["location"] == "/"
    engine = open_database(tmp_path)
    Keys(engine).create("staff", days=1)
    engine.dispose()
    assert client.get("/v1/documents").status_code == 401
    assert client.get("/sign-in").status_code == 200
    library.close()


# -- where the server may listen ---------------------------------------------------------------------------------------


def test_a_server_that_others_reach_must_know_its_names() -> None:
    with pytest.raises(InvalidSetting, match="hosts"):
        answered_hosts("0.0.0.0", ())
    assert answered_hosts("0.0.0.0", ("Desk.example.org",)) == LOOPBACK | {"desk.example.org"}
    assert answered_hosts("127.0.0.1", ()) == LOOPBACK


def test_other_names_are_turned_away_from_a_server_with_keys(desk: Desk, assistant: Assistant) -> None:
    app = create_app(assistant, desk.access, answered_hosts("0.0.0.0", ("desk.example.org",)))
    client = TestClient(app, headers={"Authorization": f"Bearer {desk.token('staff')}"})
    for host, status in (("desk.example.org", 200), ("desk.example.org:8000", 200), ("evil.example", 421)):
        assert client.get("/v1/documents", headers={"Host": host}).status_code == status
