"""Readiness, counters, traces and the log, as people who run the server see them."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import anyio
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from langchain_core.language_models import FakeListChatModel
from langchain_core.outputs import ChatGenerationChunk
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from index.errors import LibraryDamaged, StorageLow
from index.scope import EVERYTHING
from tests.browser.serving import served
from tests.ui.conftest import ORIGIN
from tests.ui.slow_answers import slow_app
from ui.app import create_app
from ui.logs import TextLines
from ui.operations import listen, open_operations
from ui.readiness import Part, Readiness, chat_part
from ui.tracing import Tracing

QUESTION = "When is the permit office in Vellmar open, quokka?"
STAGES = {"embed", "search", "read", "answer", "first_statement"}
LOCAL = ("127.0.0.1", 50000)


def damaged() -> None:
    raise LibraryDamaged("/srv/secret is damaged.")


def low() -> None:
    raise StorageLow("Only 3 MB are free.")


def ready(*parts: Part) -> httpx.Response:
    app, _ = slow_app(0)
    app.state.readiness = Readiness(parts)

    async def probe() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return await client.get("/health/ready")

    return anyio.run(probe)


# -- readiness ---------------------------------------------------------------------------------------------------------


def test_the_part_that_fails_is_named_and_its_reason_is_not_told() -> None:
    response = ready(Part("library", damaged), Part("disk", lambda: None))
    problem = response.json()
    assert (response.status_code, problem["code"]) == (503, "not_ready")
    assert [error["field"] for error in problem["errors"]] == ["library"]
    assert "secret" not in response.text


def test_what_answers_can_do_without_makes_it_degraded() -> None:
    body = ready(Part("library", lambda: None), Part("disk", low, needed=False)).json()
    assert body["status"] == "degraded"
    assert [(check["name"], check["ok"]) for check in body["checks"]] == [("library", True), ("disk", False)]
    assert all(check["ms"] >= 0 for check in body["checks"])


def test_a_part_that_hangs_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.readiness.PATIENCE_SECONDS", 0.1)
    let_go = threading.Event()
    started = time.monotonic()
    response = ready(Part("embedder", lambda: let_go.wait(5)))
    let_go.set()
    assert (response.status_code, response.json()["errors"][0]["field"]) == (503, "embedder")
    assert time.monotonic() - started < 4


def test_probes_at_once_try_each_part_once() -> None:
    tried: list[int] = []

    async def probes() -> None:
        readiness = Readiness([Part("library", lambda: tried.append(1))])
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(readiness.report)

    anyio.run(probes)
    assert len(tried) == 1


def test_a_chat_model_that_is_down_degrades() -> None:
    settings = load_settings(chat_model="openai:m", chat_base_url="http://127.0.0.1:9/v1", min_free_megabytes=0)
    report = anyio.run(Readiness(chat_part(settings)).report)
    assert [(check.name, check.ok, check.needed) for check in report] == [("chat_model", False, False)]


# -- counters ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched(assistant: Assistant, access: Access, settings: Settings) -> Iterator[tuple[FastAPI, InMemorySpanExporter]]:
    """The real assistant with counters and traces; what it tells is listened to for this module only."""
    exporter = InMemorySpanExporter()
    operations = open_operations(settings, assistant)
    operations = replace(operations, tracing=Tracing(SimpleSpanProcessor(exporter)))
    listeners = assistant.index.measures.listeners
    before = list(listeners)
    listen(operations, assistant)
    yield create_app(assistant, access, operations=operations), exporter
    listeners[:] = before


def values(text: str, name: str) -> dict[str, float]:
    """The samples of one metric by their labels."""
    lines = [line for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    return {line.rpartition(" ")[0].removeprefix(name): float(line.rpartition(" ")[2]) for line in lines}


def test_questions_and_stages_are_counted(watched: tuple[FastAPI, InMemorySpanExporter]) -> None:
    client = TestClient(watched[0], base_url=ORIGIN, client=LOCAL)
    before = client.get("/metrics").text
    client.post("/v1/ask", json={"question": QUESTION})
    client.post("/v1/ask", json={"question": "What is the capital of Peru?"})
    response = client.get("/metrics")
    after = response.text
    assert response.headers["content-type"].startswith("text/plain")
    answered = '{language="en",outcome="answered",reason="",role="staff"}'
    asked = values(after, "missiondesk_questions_total")
    assert asked[answered] == values(before, "missiondesk_questions_total").get(answered, 0) + 1
    assert sum(asked.values()) == 2
    seconds = values(after, "missiondesk_stage_seconds_count")
    assert seconds.keys() == {
        f'{{stage="{stage}"}}' for stage in ("embed", "search", "read", "answer", "first_statement")
    }
    assert values(after, "missiondesk_delta_passages")[""] > 0
    assert values(after, "missiondesk_questions_at_work")[""] == 0
    assert "quokka" not in after


class Unreachable(FakeListChatModel):
    """Fails before its first word."""

    def _astream(self, *_: object, **__: object) -> AsyncIterator[ChatGenerationChunk]:
        raise ConnectionRefusedError("quokka")


def test_a_model_that_fails_is_counted_by_its_kind(
    assistant: Assistant, reader: Reader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.chat_stream.PAUSE_SECONDS", 0.01)
    limits = {"chat_model": "fake:m", "chat_first_token_seconds": 5.0}
    chatting = Assistant(assistant.index, reader, settings.model_copy(update=limits), Unreachable(responses=["x"]))
    operations = open_operations(settings, chatting)
    monkeypatch.setattr(assistant.index.measures, "listeners", [operations.metrics])
    assert chatting.answer(QUESTION, scope=EVERYTHING).reason == "model_failed"
    text = operations.metrics.text().decode()
    assert values(text, "missiondesk_model_errors_total") == {'{kind="ConnectionRefusedError"}': 1}


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("unknown", {}, 403),
    ],
)
def test_counters_are_for_near_callers(
    assistant: Assistant, access: Access, address: str, headers: dict[str, str], status: int
) -> None:
    app = create_app(assistant, access)
    client = TestClient(app, base_url=ORIGIN, client=(address, 50000))
    assert client.get("/metrics", headers=headers).status_code == status


# -- traces ------------------------------------------------------------------------------------------------------------


def test_spans_hold_the_stages_and_no_question(watched: tuple[FastAPI, InMemorySpanExporter]) -> None:
    app, exporter = watched
    exporter.clear()
    client = TestClient(app, base_url=ORIGIN, client=LOCAL)
    client.post("/v1/ask", json={"question": QUESTION})
    client.get("/v1/search", params={"q": "quokka"})
    client.get("/health/live")
    spans = exporter.get_finished_spans()
    asked = next(span for span in spans if span.name == "POST /v1/ask")
    below = {
        span.name for span in spans if span.parent and asked.context and span.parent.span_id == asked.context.span_id
    }
    assert {"embed", "search", "read", "answer", "first_statement"} <= below
    told = "".join(span.to_json() for span in spans)
    assert "/v1/search" in told
    assert "quokka" not in told
    assert "health" not in told


# -- the log -----------------------------------------------------------------------------------------------------------


def test_the_log_has_addresses_only_where_they_are_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="missiondesk")
    for wanted in (False, True):
        app, _ = slow_app(0, load_settings(log_addresses=wanted))
        TestClient(app, base_url=ORIGIN, client=LOCAL).get("/health/live")
        assert ("127.0.0.1" in json.dumps(vars(caplog.records[-1]), default=str)) is wanted


def test_the_line_has_the_template_and_not_the_path(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="missiondesk")
    app, _ = slow_app(0)
    TestClient(app, base_url=ORIGIN, raise_server_exceptions=False).get("/v1/documents/quokka")
    line = next(vars(record) for record in caplog.records if record.name == "missiondesk.requests")
    assert (line["route"], line["role"]) == ("/v1/documents/{document_id}", "staff")
    assert "quokka" not in json.dumps(line, default=str)


def test_lines_for_people_hold_one_line_a_record() -> None:
    record = logging.LogRecord("missiondesk.x", logging.INFO, "x.py", 1, "request", (), None)
    record.route = "/a\nlevel=error"
    line = TextLines().format(record)
    assert "\n" not in line
    assert "request" in line


def test_live_answers_while_everything_else_is_stuck() -> None:
    app, _ = slow_app(3)
    app.state.readiness = Readiness([Part("library", lambda: time.sleep(3))])

    async def probe(address: str) -> float:
        async with httpx.AsyncClient(base_url=address, timeout=20) as client, anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(client.get, "/health/ready")
            await anyio.sleep(0.5)
            started = time.monotonic()
            assert (await client.get("/health/live")).status_code == 200
            took = time.monotonic() - started
            group.cancel_scope.cancel()
        return took

    with served(app) as address:
        assert anyio.run(probe, address) < 1
