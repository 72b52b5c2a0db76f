"""The events of the chat's library tab, called as a program would: who may do what, and what is told."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import gradio as gr
import pytest
from starlette.requests import Request

from assistant.access import STAFF, Caller
from assistant.assistant import Assistant
from assistant.audit import Audit
from assistant.messages import keys, languages, message
from assistant.settings import load_settings
from index.document import Audience
from index.errors import AccessDenied
from index.job import NewItem
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from ui.bodies.document import DocumentBody
from ui.chat.library.events import Events
from ui.chat.library.upload import upload_html
from ui.chat.library.workroom import Workroom
from ui.entity_tag import body_tag
from ui.intake import Intake, open_intake

ROOT = Path(__file__).parents[2]
NAMES = ("show", "search", "open", "amend", "remove", "jobs")
OTHERS = (
    Caller("researcher", EVERYTHING, "key:researcher"),
    Caller("widget", PUBLIC_ONLY, "widget:site:1"),
)
CURATOR = Caller("staff", Scope(EVERYTHING.audiences, frozenset({"public"})), "key:curator")


def sent(query: str = "") -> gr.Request:
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": query.encode(), "headers": []}
    return gr.Request(request=Request(scope))


@pytest.fixture
def intake(assistant: Assistant) -> Intake:
    """Its worker is never started: jobs stay where they are."""
    return open_intake(load_settings(), assistant.index)


@pytest.fixture
def events(assistant: Assistant, intake: Intake) -> Callable[[Caller], Events]:
    return lambda caller: Events(Workroom(assistant, intake, lambda _: caller))


def the_permits(assistant: Assistant) -> tuple[str, str]:
    """The id and tag of a public document."""
    (found,) = (each for each in assistant.index.library.documents(EVERYTHING) if each.uri.endswith("permits.md"))
    document = assistant.document(found.id, scope=EVERYTHING)
    return found.id, body_tag(DocumentBody.model_validate(document))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("caller", OTHERS, ids=lambda caller: caller.role)
def test_those_without_the_right_are_refused_before_what_they_say_is_read(
    events: Callable[[Caller], Events], caller: Caller, name: str
) -> None:
    with pytest.raises(AccessDenied):
        getattr(events(caller), name)("not even JSON", sent())


@pytest.mark.parametrize("caller", OTHERS, ids=lambda caller: caller.role)
def test_those_without_the_right_are_told_nothing_when_they_open_the_page(
    events: Callable[[Caller], Events], caller: Caller
) -> None:
    tabs, whole, *texts = events(caller).greet(sent("tab=library"))
    assert isinstance(tabs, gr.HTML)
    assert isinstance(whole, gr.Column)
    assert (tabs.visible, whole.visible) == (False, False)
    assert set(texts) == {""}


def test_a_curator_of_some_collections_sees_and_changes_only_these(
    events: Callable[[Caller], Events], assistant: Assistant, intake: Intake
) -> None:
    theirs = events(CURATOR)
    intake.jobs.add("upload", Audience.PUBLIC, "public")
    intake.jobs.add("crawl", Audience.PUBLIC, "internal", targets=["https://example.org/elsewhere"])
    jobs, search, documents, figures = map(html.unescape, theirs.show("{}", sent()))
    for text in (jobs, search, documents, figures):
        assert "elsewhere" not in text
        assert "Night duty" not in text
    assert "permits.md" in documents
    assert message("page_library_holds", "en", total=3) in figures
    (hidden,) = assistant.index.library.documents(Scope(EVERYTHING.audiences, frozenset({"internal"})))
    assert message("page_error_not_found", "en") in html.unescape(theirs.open(json.dumps({"id": hidden.id}), sent()))
    id_, tag = the_permits(assistant)
    moving = {"id": id_, "tag": tag, "amendment": {"collection": "internal"}, "listing": {}}
    _, told, _ = theirs.amend(json.dumps(moving), sent())
    assert message("library_fault_access_denied", "en") in html.unescape(told)
    assert the_permits(assistant) == (id_, tag)


def test_a_change_stands_in_the_audit_with_who_made_it(
    events: Callable[[Caller], Events], assistant: Assistant
) -> None:
    id_, tag = the_permits(assistant)
    before = assistant.document(id_, scope=EVERYTHING)
    changed = {"id": id_, "tag": tag, "amendment": {"audience": "internal"}, "listing": {}}
    events(CURATOR).amend(json.dumps(changed), sent())
    entry = Audit(assistant.index.library.engine).newest(1)[0]
    assert (entry.actor.name, entry.action, entry.object_id) == ("key:curator", "document.relabelled", id_)
    assert entry.actor.log_id
    assert entry.detail == {"from": "public", "to": "internal"}
    id_, now = the_permits(assistant)
    nameless = {"id": id_, "tag": now, "amendment": {"title": " "}, "listing": {}}
    _, told, _ = events(STAFF).amend(json.dumps(nameless), sent("lang=it"))
    assert message("page_error_invalid", "it") in html.unescape(told)
    # What was read before the change guards nothing any more.
    _, told, _ = events(STAFF).remove(json.dumps({"id": id_, "tag": tag, "listing": {}}), sent("lang=ro"))
    assert message("library_changed", "ro") in html.unescape(told)
    assistant.index.library.amend(id_, audience=before.audience)


def test_a_job_is_cancelled_and_tried_again(events: Callable[[Caller], Events], intake: Intake) -> None:
    job = intake.jobs.add("crawl", Audience.PUBLIC, "default", targets=["https://example.org/"])
    shown = events(STAFF).jobs(json.dumps({"id": job.id, "act": "cancel"}), sent("lang=es"))
    assert message("library_stage_cancelled", "es") in html.unescape(shown)
    assert intake.jobs.get(job.id).stage == "cancelled"
    assert f'data-key="retry-{job.id}"' in shown
    shown = events(STAFF).jobs(json.dumps({"id": job.id, "act": "retry"}), sent("lang=es"))
    assert message("library_stage_queued", "es") in html.unescape(shown)
    assert " data-live" in shown
    shown = events(STAFF).jobs(json.dumps({"id": "0" * 20, "act": "retry"}), sent())
    assert message("page_error_not_found", "en") in html.unescape(shown)
    intake.jobs.cancel(job.id)


def test_nothing_is_offered_to_be_tried_again_where_nothing_is_left(
    events: Callable[[Caller], Events], intake: Intake
) -> None:
    job = intake.jobs.add("upload", Audience.PUBLIC, "default", items=[NewItem("upload:default/a", "a.txt", "a")])
    intake.jobs.settle(job.id, "upload:default/a", "added", "0" * 20, None)
    intake.jobs.cancel(job.id)
    shown = events(STAFF).jobs(json.dumps({"opened": [job.id]}), sent())
    assert message("library_stage_cancelled", "en") in html.unescape(shown)
    assert f'data-key="retry-{job.id}"' not in shown


@pytest.mark.parametrize("language", languages())
def test_names_are_shown_and_never_obeyed(
    events: Callable[[Caller], Events], assistant: Assistant, language: str
) -> None:
    for text in events(STAFF).show("{}", sent(f"lang={language}")):
        assert "<script" not in text
    (duty,) = (each for each in assistant.index.library.documents(EVERYTHING) if "Night duty" in each.title)
    opened = events(STAFF).open(json.dumps({"id": duty.id}), sent(f"lang={language}"))
    assert "<script" not in opened
    assert "<script>alert(1)</script>" in html.unescape(opened)


def test_addresses_are_offered_to_those_who_see_every_collection() -> None:
    assert 'data-library="addresses"' in upload_html(["default"], None, "en")
    own = upload_html(["blue", "red"], frozenset({"red"}), "en")
    assert 'data-library="addresses"' not in own
    assert re.search(r'name="collection" value="red"', own)


def _codes(tree: ast.AST) -> Iterator[str]:
    """What items are refused with, as far as the source says it."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"ItemRejected", "_fault"}
        ):
            said = [keyword.value for keyword in node.keywords if keyword.arg == "code"] or node.args[2:3]
            yield from (str(value.value) for value in said if isinstance(value, ast.Constant))


def test_every_reason_has_a_text_of_its_own() -> None:
    sources = [*(ROOT / "ingest").rglob("*.py"), ROOT / "index" / "jobs.py"]
    codes = {code for path in sources for code in _codes(ast.parse(path.read_text("utf-8")))}
    assert codes >= {"corrupt", "encrypted", "unsupported", "bad_metadata", "cancelled"}
    # These are never kept: the item is read later; nobody has asked to read it, but for a picture of it.
    codes -= {"stopped", "no_page"}
    assert [code for code in sorted(codes) if f"library_fault_{code}" not in keys()] == []
