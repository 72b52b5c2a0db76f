"""Lists page by page, entity tags, and changes that are made only to what was read."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from assistant.assistant import Assistant
from assistant.conversation_rows import FeedbackRow
from assistant.conversations import Conversations
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from assistant.wiring import open_access, open_conversations, open_feedback, open_generations, open_library
from index.document import Audience, DocumentDraft, PassageDraft, Span
from index.embedding import Embedder
from index.index import Index
from index.scope import EVERYTHING
from tests.ui.conftest import ORIGIN
from ui.app import create_app
from ui.intake import Intake, open_intake

LISTS = ["/v1/documents", "/v1/search?q=harbour", "/v1/jobs", "/v1/feedback", "/v1/conversations"]
GARBAGE = [
    "x", "é", "=" * 8, "A" * 8001, "e30", "bnVsbA", "W10",
    base64.urlsafe_b64encode(b'["documents", ["a"]]').decode(),
    base64.urlsafe_b64encode(b'["documents", ["a\\u0000", "b"]]').decode(),
    base64.urlsafe_b64encode(b'["documents", ["\\ud800", "b"]]').decode(),
    base64.urlsafe_b64encode(b'["jobs", ["0001-01-01T00:00:00+14:00", "b"]]').decode(),
    base64.urlsafe_b64encode(b'["jobs", ["2026-13-01T00:00:00", "b"]]').decode(),
    base64.urlsafe_b64encode(b'["search", ["x", [1e400]]]').decode(),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
]  # fmt: skip


def draft(title: str, audience: Audience = Audience.PUBLIC) -> DocumentDraft:
    text = f"The harbour office of {title} sells tickets."
    span = Span(0, len(text))
    passages = (PassageDraft(span, (span,), "", "en"),)
    return DocumentDraft(f"source of {title}", f"{title}.txt", f"hash of {text}", title, "en", text, passages, audience)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("paging") / "data")


@pytest.fixture(scope="module")
def assistant(settings: Settings, embedder: Embedder, reader: Reader) -> Iterator[Assistant]:
    index = Index(open_library(settings), embedder, open_generations(settings, embedder.name))
    names = [f"Port {number // 2:02}" for number in range(24)]  # two of each title
    drafts = [draft(f"{name} {'ab'[place % 2]}") for place, name in enumerate(names)]
    index.add([*drafts, draft("Hidden harbour", Audience.INTERNAL)])
    for summary in index.library.documents(EVERYTHING):
        index.library.amend(summary.id, title=summary.title.rstrip(" ab"))
    yield Assistant(index, reader, settings)
    index.close()


@pytest.fixture(scope="module")
def intake(settings: Settings, assistant: Assistant) -> Intake:
    """Its worker rests, so jobs stay as they are."""
    return open_intake(settings, assistant.index)


@pytest.fixture(scope="module")
def conversations(settings: Settings, assistant: Assistant) -> Conversations:
    return open_conversations(settings, assistant.index.library)


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: Assistant, intake: Intake, conversations: Conversations) -> TestClient:
    access = open_access(settings, assistant.index.library)
    feedback = open_feedback(settings, assistant.index.library)
    app = create_app(assistant, access, conversations=conversations, feedback=feedback, intake=intake)
    return TestClient(app, base_url=ORIGIN)


@pytest.fixture(scope="module")
def visitor(client: TestClient) -> dict[str, str]:
    session = client.post("/v1/widget/sessions", json={"site": "demo"}, headers={"Origin": ORIGIN}).json()
    return {"Authorization": f"Bearer {session['token']}", "Origin": ORIGIN}


def pages(client: TestClient, path: str, limit: int, **headers: str) -> Iterator[dict[str, object]]:
    cursor: object = None
    for _ in range(100):
        params = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        response = client.get(path, params=httpx_params(path, params), headers=headers)
        assert response.status_code == 200, response.text
        body = response.json()
        yield body
        cursor = body["next_cursor"]
        if cursor is None:
            return
    pytest.fail("the pages do not end")


def httpx_params(path: str, params: dict[str, object]) -> dict[str, str]:
    """With what stands in the path already, which the client would drop."""
    asked = dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair)
    return {**asked, **{name: str(value) for name, value in params.items()}}


def ids(bodies: Iterator[dict[str, object]], name: str, key: str = "id") -> list[str]:
    return [entry[key] for body in bodies for entry in body[name]]  # type: ignore[attr-defined]


def test_documents_come_once_each_in_the_order_of_titles(client: TestClient) -> None:
    whole = client.get("/v1/documents", params={"limit": 1000}).json()
    assert (whole["total"], len(whole["documents"]), whole["next_cursor"]) == (25, 25, None)
    for limit in (1, 7, 25):
        found = list(pages(client, "/v1/documents", limit))
        assert ids(iter(found), "documents") == [document["id"] for document in whole["documents"]]
        assert {body["total"] for body in found} == {25}


def test_a_visitors_pages_hold_what_is_public(client: TestClient, visitor: dict[str, str]) -> None:
    found = list(pages(client, "/v1/documents", 5, **visitor))
    assert {body["total"] for body in found} == {24}
    assert "Hidden" not in json.dumps(found)
    # A place that only staff were shown says nothing to others.
    staff = list(pages(client, "/v1/documents", 1))
    cursor = staff[0]["next_cursor"]
    assert "Hidden" in json.dumps(staff[0])
    assert "Hidden" not in client.get("/v1/documents", params={"cursor": str(cursor)}, headers=visitor).text


def test_what_is_added_meanwhile_repeats_and_hides_nothing(client: TestClient, assistant: Assistant) -> None:
    before = ids(pages(client, "/v1/documents", 100), "documents")
    bodies = pages(client, "/v1/documents", 10)
    first = ids(iter([next(bodies)]), "documents")
    assistant.index.add([draft("Aaa"), draft("Zzz")])
    later = ids(bodies, "documents")
    titles = {d.id: d.title for d in assistant.documents(scope=EVERYTHING)}
    assert [id_ for id_ in first + later if titles[id_] != "Zzz"] == before
    assert titles[later[-1]] == "Zzz"
    for id_, title in titles.items():
        if title in {"Aaa", "Zzz"}:
            assistant.index.remove(id_)


def test_a_search_is_read_to_its_end_once_each(client: TestClient) -> None:
    hits = ids(pages(client, "/v1/search?q=harbour", 7), "hits", "passage_id")
    assert len(hits) == len(set(hits)) == 25
    assert hits[:7] == [h["passage_id"] for h in client.get("/v1/search?q=harbour&limit=7").json()["hits"]]


def test_a_better_passage_that_comes_meanwhile_is_on_the_next_page(client: TestClient, assistant: Assistant) -> None:
    bodies = pages(client, "/v1/search?q=harbour", 10)
    first = ids(iter([next(bodies)]), "hits", "passage_id")
    stored = assistant.index.add([draft("Harbour harbour")])[0]
    later = ids(bodies, "hits", "passage_id")
    assert len({*first, *later}) == len(first) + len(later) == 26
    assert any(id_.startswith(stored.document_id) for id_ in later)
    assistant.index.remove(stored.document_id)


def test_a_cursor_is_for_its_own_search(client: TestClient) -> None:
    cursor = client.get("/v1/search", params={"q": "harbour", "limit": 5}).json()["next_cursor"]
    for other in ({"q": "office"}, {"q": "harbour", "language": "en"}):
        response = client.get("/v1/search", params={**other, "cursor": cursor})
        assert (response.status_code, response.json()["code"]) == (422, "bad_cursor")


def test_jobs_and_feedback_come_once_each_newest_first(
    client: TestClient, intake: Intake, assistant: Assistant
) -> None:
    for _ in range(5):
        intake.jobs.add("crawl", Audience.PUBLIC, "default", targets=["https://example.org/"])
        client.post("/v1/feedback", json={"rating": "helpful"})
    # Several of the same moment.
    with Session(assistant.index.library.engine) as session, session.begin():
        session.execute(update(FeedbackRow).values(created_at=datetime(2026, 1, 2)))
    for path, name in (("/v1/jobs", "jobs"), ("/v1/feedback", "feedback")):
        whole = ids(pages(client, path, 100), name)
        assert len(whole) == 5
        assert ids(pages(client, path, 2), name) == whole


def test_conversations_come_once_each(client: TestClient) -> None:
    for number in range(3):
        client.post("/v1/ask", json={"question": f"Who sells tickets in Port 0{number}?", "conversation": True})
    whole = ids(pages(client, "/v1/conversations", 100), "conversations")
    assert len(whole) == 3
    assert ids(pages(client, "/v1/conversations", 1), "conversations") == whole


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", GARBAGE)
def test_a_cursor_that_is_none_is_refused(client: TestClient, path: str, cursor: str) -> None:
    response = client.get(path, params=httpx_params(path, {"cursor": cursor}))
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_list_is_refused(client: TestClient, path: str) -> None:
    other = "/v1/search?q=harbour" if path == "/v1/documents" else "/v1/documents"
    cursor = client.get(other, params=httpx_params(other, {"limit": 1})).json()["next_cursor"]
    assert client.get(path, params=httpx_params(path, {"cursor": cursor})).status_code == 422
    assert client.get(path, params=httpx_params(path, {"limit": 0})).status_code == 422


# -- entity tags -------------------------------------------------------------------------------------------------------


def test_what_is_known_is_not_sent_again(client: TestClient, assistant: Assistant) -> None:
    document = assistant.documents(scope=EVERYTHING)[3].id
    for path in ("/v1/documents", "/v1/search?q=harbour", f"/v1/documents/{document}"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": f"W/{tag}"})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "private, no-cache"
    tag = client.get("/v1/documents").headers["etag"]
    client.patch(f"/v1/documents/{document}", json={"title": "Port 01 renamed"})
    assert client.get("/v1/documents", headers={"If-None-Match": tag}).status_code == 200


def test_only_what_was_read_is_changed(client: TestClient, assistant: Assistant) -> None:
    stored = assistant.index.add([draft("Ferry")])[0].document_id
    path = f"/v1/documents/{stored}"
    tag = client.get(path).headers["etag"]
    changed = client.patch(path, json={"title": "Ferry 2"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] == client.get(path).headers["etag"] != tag
    for method, options in (("PATCH", {"json": {"title": "Ferry 3"}}), ("DELETE", {})):
        refused = client.request(method, path, headers={"If-Match": tag}, **options)  # type: ignore[arg-type]
        assert (refused.status_code, refused.json()["code"]) == (412, "changed_meanwhile")
    assert client.get(path).json()["title"] == "Ferry 2"
    assert client.patch(path, json={"title": "Ferry 4"}, headers={"If-Match": "*"}).status_code == 200
    now = client.get(path).headers["etag"]
    assert client.delete(path, headers={"If-Match": f'"x", {now}'}).status_code == 204


def test_a_change_between_the_check_and_the_write_is_noticed(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = assistant.index.add([draft("Night boat")])[0].document_id
    path, library = f"/v1/documents/{stored}", assistant.index.library
    tag = client.get(path).headers["etag"]
    amend, remove = library.amend, library.remove

    def after_another(act: object) -> object:
        def acted(*given: object, **named: object) -> object:
            amend(stored, title="Somebody was quicker")
            return act(*given, **named)  # type: ignore[operator]

        return acted

    monkeypatch.setattr(library, "amend", after_another(amend))
    monkeypatch.setattr(library, "remove", after_another(remove))
    assert client.patch(path, json={"title": "Mine"}, headers={"If-Match": tag}).status_code == 412
    assert client.get(path).json()["title"] == "Somebody was quicker"
    amend(stored, title="Night boat")
    assert client.delete(path, headers={"If-Match": client.get(path).headers["etag"]}).status_code == 412
    assert client.get(path).status_code == 200
    monkeypatch.undo()
    library.remove(stored)
