"""Chat completions at the door: who may ask, what is refused in which shape, and what Markdown is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from assistant.access import Access
from assistant.answer import Answer, AnswerTimings, Citation, Notice, Statement
from assistant.assistant import Assistant
from assistant.contact import Contact
from index.errors import ModelUnavailable
from tests.ui.conftest import ORIGIN
from tests.ui.keyed import KeyedAccess
from ui.app import LARGEST_CHAT, create_app
from ui.footnotes import Footnoted

CHAT = "/v1/chat/completions"
SITE = "https://desk.example.org"
ASKED = {"model": "missiondesk", "messages": [{"role": "user", "content": "When is the permit office open?"}]}
CITATION = Citation(
    number=1, document_id="d", passage_id="d-0", title="Guida [2024]", uri="guida.pdf", language="it", page=3,
    section=None, date=date(2024, 3, 5), quote="Lo sportello\nè aperto.", start=4, end=26,
    url="/documents/d?start=4#p4", organisation="Agenzia",
)  # fmt: skip
ANSWER = Answer(
    question="Quando?", language="it", status="answered", text="Aperto. [1]",
    statements=(Statement("Aperto.", (1,), 0.9),), citations=(CITATION,), answered_by="extractive", reason=None,
    timings_ms=AnswerTimings(1, 1, 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def keyed(assistant: Assistant, keyed_access: KeyedAccess) -> TestClient:
    return TestClient(create_app(assistant, keyed_access), base_url=ORIGIN)


# -- who, and how it is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), [("POST", CHAT), ("GET", "/v1/models"), ("GET", "/v1/models/missiondesk")])
def test_a_key_is_needed_where_there_are_keys(keyed: TestClient, method: str, path: str) -> None:
    response = keyed.request(method, path, json=ASKED if method == "POST" else None)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    error = response.json()["error"]
    assert (error["type"], error["code"]) == ("authentication_error", "credential_refused")
    assert error["log_id"] == response.headers["x-log-id"]


def test_a_widgets_visitor_is_no_researcher(client: TestClient, visitor: dict[str, str]) -> None:
    for response in (
        client.post(CHAT, json=ASKED, headers=visitor),
        client.get("/v1/models", headers=visitor),
        client.get("/v1/models/missiondesk", headers=visitor),
    ):
        assert (response.status_code, response.json()["error"]["type"]) == (403, "permission_error")


def test_other_sites_are_turned_away_in_the_same_shape(client: TestClient) -> None:
    foreign = client.post(CHAT, json=ASKED, headers={"Origin": "https://elsewhere.example"})
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (403, "foreign_origin")
    rebound = client.post(CHAT, json=ASKED, headers={"Host": "elsewhere.example"})
    assert (rebound.status_code, rebound.json()["error"]["code"]) == (421, "wrong_host")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 422, "invalid_request"),
        (b"[" * 100_000, 422, "malformed_body"),
        (b'{"model": "\\ud800", "messages": [{"role": "user", "content": "x"}]}', 404, "model_not_found"),
        (b'{"model": "missiondesk", "messages": [{"role": "user", "content": "a \\ud800"}]}', 422, "broken_characters"),
        (b'{"model": "missiondesk", "messages": [{"role": "user"}]}', 422, "empty_question"),
        (b'{"model": "missiondesk", "messages": [{"role": "user", "content": 5}]}', 422, "invalid_request"),
        (b" " * (LARGEST_CHAT + 1), 413, "body_too_large"),
    ],
)
def test_bad_bodies(client: TestClient, body: bytes, status: int, code: str) -> None:
    response = client.post(CHAT, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert response.json()["error"]["code"] == code


def test_the_other_routes_keep_their_shape(client: TestClient) -> None:
    assert client.get("/v1/modelsx").json()["code"] == "not_found"
    assert client.get(CHAT).json()["error"]["code"] == "method_not_allowed"


def test_a_field_that_is_wrong_is_named(client: TestClient) -> None:
    error = client.post(CHAT, json={**ASKED, "stream": "perhaps"}).json()["error"]
    assert (error["param"], error["code"]) == ("stream", "invalid_request")


def test_a_failure_in_the_stream_is_an_error_event(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = assistant.stream

    def broken(question: str, **options: object) -> Iterator[object]:
        yield next(iter(real(question, **options)))  # type: ignore[arg-type]
        raise ModelUnavailable("/secret/model is gone")

    monkeypatch.setattr(assistant, "stream", broken)
    text = client.post(CHAT, json={**ASKED, "stream": True}).text
    last = json.loads(text.strip().split("\n\n")[-1].removeprefix("data: "))
    assert (last["error"]["code"], last["error"]["type"]) == ("model_unavailable", "server_error")
    assert "secret" not in text
    assert "[DONE]" not in text


def test_a_failure_before_the_stream_has_its_status(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Iterator[object]:
        yield from ()
        raise ModelUnavailable("/secret/model is gone")

    monkeypatch.setattr(assistant, "stream", broken)
    response = client.post(CHAT, json={**ASKED, "stream": True})
    assert (response.status_code, response.json()["error"]["type"]) == (503, "server_error")
    assert "secret" not in response.text


def test_a_stream_is_not_held_back_and_says_when_it_is_done(client: TestClient) -> None:
    response = client.post(CHAT, json={**ASKED, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    events = response.text.strip().split("\n\n")
    assert events[-1] == "data: [DONE]"
    first = json.loads(events[0].removeprefix("data: "))
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert first["choices"][0]["finish_reason"] is None
    assert not any('"usage"' in event for event in events)


def test_nothing_is_kept_of_a_chat(assistant: Assistant, access: Access, client: TestClient) -> None:
    before = client.get("/v1/conversations").json()
    client.post(CHAT, json=ASKED)
    assert client.get("/v1/conversations").json() == before


# -- the text ----------------------------------------------------------------------------------------------------------


def footnoted(answer: Answer) -> tuple[str, Footnoted]:
    text = Footnoted(SITE)
    pieces = [text.statement(statement, answer.citations) for statement in answer.statements]
    return "".join([*pieces, text.rest(answer)]), text


def test_a_footnote_names_its_source_and_quotes_it() -> None:
    content, text = footnoted(ANSWER)
    assert content == (
        "Aperto. [1]\n\n[1] Guida \\[2024\\], Agenzia, 2024-03-05, pagina 3 – https://desk.example.org/documents/d?start=4#p4"
        "\n“Lo sportello è aperto.”"
    )
    (mark,) = text.marks
    assert content[mark.start : mark.end] == "[1]"


def test_a_source_from_the_web_is_linked_where_it_came_from() -> None:
    text = Footnoted(SITE)
    assert text.address(replace(CITATION, uri="https://example.org/a[1]<b>")) == "https://example.org/a%5B1%5D%3Cb%3E"
    assert text.address(replace(CITATION, uri="javascript:alert(1)")) == f"{SITE}/documents/d?start=4#p4"


@pytest.mark.parametrize(
    "words",
    [
        "![x](https://evil.example/?q=1)",
        "[x](https://evil.example)",
        "[x][1]",
        "<img src=x onerror=alert(1)>",
        "\\![x](y)",
    ],
)
def test_documents_words_open_no_link_and_no_tag(words: str) -> None:
    statement = Statement(words, (1,), 0.9)
    citation = replace(CITATION, quote=words, title=words, organisation=words)
    content, text = footnoted(replace(ANSWER, statements=(statement,), citations=(citation,)))
    (mark,) = text.marks
    outside = content[: mark.start] + content[mark.end :].replace("\n[1] ", "\n")
    bare = outside.replace("\\\\", "").replace("\\[", "").replace("\\]", "").replace("\\<", "")
    assert not any(char in bare for char in "[]<\\")
    assert content[mark.start : mark.end] == "[1]"


def test_marks_are_found_behind_letters_of_any_script() -> None:
    other = replace(CITATION, number=2)
    statements = (Statement("😀 العيادة", (1, 2), 0.9), Statement("Aperto.", (2,), 0.9))
    content, text = footnoted(replace(ANSWER, statements=statements, citations=(CITATION, other)))
    assert [content[mark.start : mark.end] for mark in text.marks] == ["[1]", "[2]", "[2]"]
    assert [mark.citation.number for mark in text.marks] == [1, 2, 2]


def test_warnings_stand_between_the_answer_and_its_sources() -> None:
    content, _ = footnoted(replace(ANSWER, warnings=(Notice("old_source", (1,), "Vecchio: [1]"),)))
    assert content.startswith("Aperto. [1]\n\nVecchio: [1]\n\n[1] Guida")


def test_who_gets_no_answer_is_told_where_to_turn() -> None:
    none = replace(
        ANSWER, status="no_answer", text="Nessuna risposta.", statements=(), citations=(),
        contacts=(Contact(name="Sportello", phone="800 555 019"),),
    )  # fmt: skip
    content, text = footnoted(none)
    assert content.startswith("Nessuna risposta.\n\n")
    assert content.endswith("\n- Sportello, 800 555 019")
    assert text.marks == []
