"""Who did what is kept with the change, told to administrators only, and forgotten in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from assistant import access as access_module
from assistant.access import STAFF, Caller
from assistant.assistant import Assistant
from assistant.audit import Audit, Wanted
from assistant.audit_rows import AuditRow
from assistant.event import LONGEST_VALUE, MOST_VALUES, UNKNOWN, Action, Actor, Event, Value
from assistant.settings import Settings
from assistant.wiring import open_access, open_audit, open_conversations, open_feedback, open_library
from assistant.witness import document_witness
from index.change import Change
from index.document import Audience
from index.library import Library
from index.scope import EVERYTHING
from tests.ui.conftest import HOSTILE_TITLE, ORIGIN, PERMIT_QUOTE, PUBLIC
from tests.ui.test_cli import Run, filled, run
from ui.app import create_app
from ui.intake import open_intake

__all__ = ["filled", "run"]

ANNA = Actor("key:anna", "staff", "log1")
ADMIN = Caller("admin", EVERYTHING, "key:root")


@pytest.fixture
def as_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "STAFF", ADMIN)


@pytest.fixture
def audit(library: Library) -> Audit:
    return Audit(library.engine)


@pytest.fixture
def library(tmp_path: Path, settings: Settings) -> Iterator[Library]:
    library = open_library(settings.model_copy(update={"data_dir": tmp_path / "data"}))
    yield library
    library.close()


@pytest.fixture
def own_client(assistant: Assistant, settings: Settings) -> TestClient:
    """The shared documents, with uploads that nobody works on."""
    library = assistant.index.library
    return TestClient(
        create_app(
            assistant, open_access(settings, library), conversations=open_conversations(settings, library),
            feedback=open_feedback(settings, library), intake=open_intake(settings, assistant.index),
        ),
        base_url=ORIGIN,
    )  # fmt: skip


def newest(assistant: Assistant, count: int) -> list[tuple[str, str | None, dict[str, object]]]:
    entries = Audit(assistant.index.library.engine).newest(count)
    return [(entry.action, entry.object_id, dict(entry.detail)) for entry in entries]


def test_entries_are_read_newest_first_and_page_by_page(audit: Audit) -> None:
    for number in range(5):
        audit.record(ANNA, Event(Action.DOCUMENT_REMOVED, "document", f"d{number}"))
    audit.record(Actor("cli:root"), Event(Action.KEY_CREATED, "key", "k1", {"role": "staff"}))
    first = audit.newest(2)
    assert [entry.object_id for entry in first] == ["k1", "d4"]
    assert [entry.object_id for entry in audit.newest(9, before=first[-1].number)] == ["d3", "d2", "d1", "d0"]
    assert (first[1].actor, first[1].at.tzinfo) == (ANNA, UTC)
    assert [entry.object_id for entry in audit.newest(9, Wanted(actor="cli:root"))] == ["k1"]
    assert [entry.object_id for entry in audit.newest(9, Wanted(action="key"))] == ["k1"]
    assert audit.newest(9, Wanted(action="key.create")) == []
    assert len(audit.newest(9, Wanted(action="document.removed", object_id="d3"))) == 1
    assert audit.newest(9, Wanted(since=datetime.now(UTC) + timedelta(minutes=1))) == []


def test_details_stay_small(audit: Audit) -> None:
    detail: dict[str, Value] = {"names": ("n" * 999,) * 99, "uri": "u" * 999, "count": 3}
    audit.record(ANNA, Event(Action.DOCUMENTS_UPLOADED, "job", "j", detail))
    (entry,) = audit.newest(1)
    assert entry.detail == {"names": ["n" * LONGEST_VALUE] * MOST_VALUES, "uri": "u" * LONGEST_VALUE, "count": 3}


def test_old_entries_are_forgotten_and_their_numbers_do_not_return(settings: Settings, library: Library) -> None:
    audit = Audit(library.engine)
    audit.record(ANNA, Event(Action.DOCUMENT_REMOVED, "document", "old"))
    with Session(library.engine) as session, session.begin():
        session.execute(update(AuditRow).values(at=datetime.now(UTC).replace(tzinfo=None) - timedelta(days=366)))
    assert open_audit(settings, library).newest(9) == []
    audit.record(ANNA, Event(Action.DOCUMENT_REMOVED, "document", "new"))
    assert [(entry.number, entry.object_id) for entry in audit.newest(9)] == [(2, "new")]
    assert audit.forget(settings.audit_days) == 0


def test_an_entry_is_kept_exactly_if_the_change_is(library: Library, audit: Audit) -> None:
    def fails(session: Session, change: Change) -> None:
        document_witness(ANNA)(session, change)
        raise ConnectionAbortedError

    change = Change("d1", "a.pdf", Audience.PUBLIC, None, False)
    with pytest.raises(ConnectionAbortedError), Session(library.engine) as session, session.begin():
        fails(session, change)
    assert audit.newest(9) == []


def test_relabelling_renaming_and_removing_over_http(
    own_client: TestClient, assistant: Assistant, tmp_path: Path
) -> None:
    documents = {found["title"]: found["id"] for found in own_client.get("/v1/documents").json()["documents"]}
    document_id = documents["Residence permits in Vellmar"]
    path = f"/v1/documents/{document_id}"
    response = own_client.patch(path, json={"audience": "internal", "title": "Permits of Vellmar"})
    assert newest(assistant, 2) == [
        ("document.renamed", document_id, {}),
        ("document.relabelled", document_id, {"from": "public", "to": "internal"}),
    ]
    (entry,) = Audit(assistant.index.library.engine).newest(1)
    assert entry.actor == Actor(STAFF.owner, "staff", response.headers["X-Log-Id"])
    own_client.patch(path, json={"audience": "public", "title": "Residence permits in Vellmar"})
    before = newest(assistant, 99)
    own_client.patch(path, json={"audience": "public"})  # as it was: nothing was done
    assert own_client.delete("/v1/documents/none").status_code == 404
    assert newest(assistant, 99) == before


def test_uploads_jobs_feedback_and_conversations_over_http(own_client: TestClient, assistant: Assistant) -> None:
    sent = [("files", ("a.txt", b"The ferry leaves.")), ("files", ("b.txt", b"The bus leaves."))]
    job = own_client.post("/v1/documents", files=sent, data={"collection": "ferries"}).json()["id"]
    own_client.post(f"/v1/jobs/{job}/cancel")
    own_client.post(f"/v1/jobs/{job}/cancel")  # it has ended
    own_client.post(f"/v1/jobs/{job}/retry")
    crawl = own_client.post("/v1/documents", json={"urls": ["https://example.org/"]}).json()["id"]
    labels = {"audience": "internal", "collection": "default"}
    assert newest(assistant, 4) == [
        ("documents.crawled", crawl, {**labels, "addresses": ["https://example.org/"]}),
        ("job.retried", job, {}),
        ("job.cancelled", job, {}),
        ("documents.uploaded", job, {**labels, "collection": "ferries", "count": 2, "files": ["a.txt", "b.txt"]}),
    ]
    own_client.post("/v1/feedback", json={"rating": "wrong"})
    opinion = own_client.get("/v1/feedback").json()["feedback"][0]["id"]
    own_client.delete(f"/v1/feedback/{opinion}")
    asked = {"question": "When is the permit office in Vellmar open?", "conversation": True}
    answer = own_client.post("/v1/ask", json=asked).json()
    own_client.delete("/v1/conversations")
    own_client.delete("/v1/conversations")  # there are none left
    assert newest(assistant, 2) == [
        ("conversations.erased", None, {"count": 1}),
        ("feedback.removed", opinion, {}),
    ], answer


def test_visitors_leave_no_entry(own_client: TestClient, visitor: dict[str, str], assistant: Assistant) -> None:
    before = newest(assistant, 99)
    asked = {"question": "When is the permit office in Vellmar open?", "conversation": True}
    own_client.post("/v1/ask", json=asked, headers=visitor)
    assert own_client.delete("/v1/conversations", headers=visitor).status_code == 204
    assert newest(assistant, 99) == before


@pytest.mark.usefixtures("as_admin")
def test_administrators_read_it_over_http(own_client: TestClient, assistant: Assistant) -> None:
    audit = Audit(assistant.index.library.engine)
    audit.forget(0)
    for number in range(3):
        audit.record(Actor(UNKNOWN), Event(Action.SIGN_IN_REFUSED, "session", None, {"try": number}))
    page = own_client.get("/v1/audit?action=session&limit=2").json()
    assert [entry["detail"] for entry in page["entries"]] == [{"try": 2}, {"try": 1}]
    rest = own_client.get(f"/v1/audit?action=session&limit=2&cursor={page['next_cursor']}").json()
    assert ([entry["detail"] for entry in rest["entries"]], rest["next_cursor"]) == ([{"try": 0}], None)
    assert own_client.get("/v1/audit?since=2099-01-01T00:00:00Z").json()["entries"] == []
    for wrong in ("cursor=x", "limit=0", "since=yesterday", "since=2026-01-01T00:00:00"):
        assert own_client.get(f"/v1/audit?{wrong}").status_code == 422, wrong


def test_nobody_else_reads_it(own_client: TestClient, visitor: dict[str, str]) -> None:
    assert own_client.get("/v1/audit").status_code == 403
    assert own_client.get("/v1/audit", headers=visitor).status_code == 403


def test_commands_are_kept_without_the_words_of_documents(filled: Run) -> None:
    document = filled("documents", "--json").json()["documents"][0]["id"]  # type: ignore[index]
    assert filled("remove", document).code == 0
    entries = filled("audit", "--json").json()["entries"]
    assert isinstance(entries, list)
    actions = [entry["action"] for entry in entries]
    assert actions == ["document.removed", *["ingest.ended", "ingest.begun"] * 2]
    assert all(entry["actor"].startswith("cli:") and entry["role"] is None for entry in entries)
    assert (entries[0]["object_id"], entries[1]["detail"]["added"]) == (document, len(PUBLIC) - 2)
    text = json.dumps(entries, ensure_ascii=False)
    assert PERMIT_QUOTE not in text
    assert HOSTILE_TITLE not in text
    shown = filled("audit", "--action", "document", "--object", document)
    assert shown.out.count("\n") == 1
    assert f"document:{document}" in shown.out
    assert "Only the last 2" in filled("audit", "--limit", "2").err
    assert filled("audit", "--since", "2099-01-01").out == ""


def test_a_document_that_is_pruned_has_an_entry(filled: Run, tmp_path: Path) -> None:
    (tmp_path / "public" / "permits.md").unlink()
    assert filled("ingest", str(tmp_path / "public"), "--audience", "public", "--prune").code == 0
    removed = filled("audit", "--action", "document.removed", "--json").json()["entries"]
    assert isinstance(removed, list)
    entry = removed[0]
    assert entry["detail"]["pruned"] is True
    assert entry["detail"]["uri"].endswith("permits.md")
