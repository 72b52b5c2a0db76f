"""The Model Context Protocol, by the SDK's own client against a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent, TextResourceContents

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.settings import Settings
from index.errors import LibraryDamaged
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.browser.serving import served
from tests.ui import keyed
from tests.ui.conftest import CANARY, ORIGIN, PERMIT_QUOTE, PUBLIC
from tests.ui.keyed import PUBLIC_KEY, STAFF_KEY, KeyedAccess
from ui.app import LARGEST_BODY, create_app
from ui.bodies.answer import AnswerBody
from ui.bodies.search import SearchBody
from ui.server import build

pytestmark = pytest.mark.anyio
QUESTION = "When is the permit office in Vellmar open?"
SECRET = "Where does the key of the Vellmar medicine cupboard hang?"
DOCUMENTS = "missiondesk://documents/"
SECONDS = 60.0
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def connected(service: str, key: str | None = PUBLIC_KEY, mode: str = "auto") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=SECONDS) as http,
        Client(streamable_http_client(f"{service}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


async def call(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


def told(result: CallToolResult) -> str:
    """What a model reads of an error."""
    assert result.is_error
    return " ".join(part.text for part in result.content if isinstance(part, TextContent))


def message(method: str, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


# -- tools -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_ask_answers_with_citations(service: str, mode: str) -> None:
    async with connected(service, mode=mode) as client:
        answer = AnswerBody.model_validate(await call(client, "ask", question=QUESTION))
        assert answer.status == "answered"
        assert answer.citations[0].quote == PERMIT_QUOTE
        piece = await call(
            client, "document", document_id=answer.citations[0].document_id, start=answer.citations[0].start,
            characters=len(PERMIT_QUOTE),
        )  # fmt: skip
    assert (piece["text"], piece["title"]) == (PERMIT_QUOTE, "Residence permits in Vellmar")


async def test_tools_say_what_they_take_and_give(service: str) -> None:
    async with connected(service) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "document"}
    for tool in tools.values():
        assert tool.description
        assert "ctx" not in tool.input_schema["properties"]
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
    assert "quote" in str(tools["ask"].output_schema)
    assert tools["search"].input_schema["properties"]["limit"]["maximum"] == 100


async def test_search_finds_and_filters(service: str) -> None:
    async with connected(service) as client:
        found = SearchBody.model_validate(await call(client, "search", query="opening hours", limit=2))
        arabic = SearchBody.model_validate(await call(client, "search", query="opening hours", language=["ar"]))
    assert len(found.hits) == 2
    assert {hit.language for hit in arabic.hits} == {"ar"}


async def test_a_long_document_is_read_piece_by_piece(service: str) -> None:
    async with connected(service) as client:
        hit = (await call(client, "search", query=QUESTION, limit=1))["hits"][0]
        pieces, start = [], 0
        while (piece := await call(client, "document", document_id=hit["document_id"], start=start, characters=70))[
            "text"
        ]:
            pieces.append(piece["text"])
            assert (piece["start"], piece["end"]) == (start, start + len(piece["text"]))
            start = piece["end"]
        whole = await client.read_resource(f"{DOCUMENTS}{hit['document_id']}")
    assert start == piece["length"]
    assert isinstance(whole.contents[0], TextResourceContents)
    assert "".join(pieces) == whole.contents[0].text
    assert PERMIT_QUOTE in whole.contents[0].text


async def test_no_answer_is_an_answer(service: str) -> None:
    async with connected(service) as client:
        answer = await call(client, "ask", question="What is the capital of Peru?", language="it")
    assert (answer["status"], answer["citations"], answer["language"]) == ("no_answer", [], "it")


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("ask", {"question": " ?! "}, "empty_question"),
        ("ask", {"question": "w" * 2001}, "question_too_long"),
        ("ask", {"question": QUESTION, "language": "xx"}, "invalid_request"),
        ("search", {"query": QUESTION, "country": ["Atlantis"]}, "invalid_request"),
        ("search", {"query": QUESTION, "limit": 101}, "limit"),
        ("document", {"document_id": "0" * 20}, "not_found"),
        ("document", {"document_id": "x", "start": -1}, "start"),
        ("ask", {}, "question"),
    ],
)
async def test_models_are_told_what_was_wrong(service: str, tool: str, arguments: dict[str, object], code: str) -> None:
    async with connected(service) as client:
        assert code in told(await client.call_tool(tool, arguments))


# -- who may see what --------------------------------------------------------------------------------------------------


async def test_what_is_seen_is_the_credentials_alone(service: str) -> None:
    forged = {"scope": ["internal"], "audience": ["internal"], "role": "staff", "owner": "key:staff"}
    async with connected(service) as client:
        answer = await call(client, "ask", question=SECRET, **forged)
        found = await call(client, "search", query=SECRET, limit=100, **forged)
    assert CANARY not in f"{answer} {found}"
    assert found["total"] > 0
    async with connected(service, STAFF_KEY) as client:
        assert CANARY in str(await call(client, "ask", question=SECRET))


async def test_a_document_that_may_not_be_seen_is_as_good_as_none(service: str, assistant: Assistant) -> None:
    public = {document.id for document in assistant.documents(scope=PUBLIC_ONLY)}
    (hidden,) = {document.id for document in assistant.documents(scope=EVERYTHING)} - public
    missing = "0" * 20
    async with connected(service) as client:
        ours, nobodys = [told(await client.call_tool("document", {"document_id": id_})) for id_ in (hidden, missing)]
        with pytest.raises(MCPError, match="There is no document"):
            await client.read_resource(f"{DOCUMENTS}{hidden}")
    assert ours == nobodys.replace(missing, hidden)
    assert len(public) == len(PUBLIC)


async def test_every_call_is_asked_who_calls(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(keyed.CALLERS, "short", Caller("researcher", EVERYTHING, "key:short"))
    async with connected(service, "short") as client:
        assert CANARY in str(await call(client, "search", query=SECRET))
        monkeypatch.delitem(keyed.CALLERS, "short")
        with pytest.raises(MCPError):
            await client.call_tool("search", {"query": SECRET})


# -- the door ----------------------------------------------------------------------------------------------------------


async def post(service: str, body: object = None, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(timeout=SECONDS) as http:
        return await http.post(f"{service}/mcp", json=body or message("tools/list"), headers={**JSON, **headers})


async def test_nobody_comes_in_without_a_key(service: str) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        response = await post(service, **headers)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["log_id"] == response.headers["x-log-id"]


def test_a_widgets_visitor_has_no_tools(client: TestClient, visitor: dict[str, str]) -> None:
    response = client.post("/mcp", json=message("tools/list"), headers={**JSON, **visitor})
    assert (response.status_code, response.json()["code"]) == (403, "access_denied")


async def test_other_hosts_and_sites_are_turned_away(service: str) -> None:
    key = f"Bearer {STAFF_KEY}"
    rebound = await post(service, Host="elsewhere.example", Authorization=key)
    assert (rebound.status_code, rebound.json()["code"]) == (421, "wrong_host")
    foreign = await post(service, Origin="https://elsewhere.example")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_origin")


async def test_large_messages_are_refused(service: str) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * (LARGEST_BODY // 2)

    key = {**JSON, "Authorization": f"Bearer {STAFF_KEY}"}
    async with httpx2.AsyncClient(timeout=SECONDS) as http:
        for content in (b" " * (LARGEST_BODY + 1), unannounced()):
            response = await http.post(f"{service}/mcp", content=content, headers=key)
            assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


async def test_the_server_never_speaks_first(service: str) -> None:
    async with httpx2.AsyncClient(timeout=SECONDS) as http:
        for method in ("GET", "DELETE"):
            response = await http.request(method, f"{service}/mcp", headers={"Authorization": f"Bearer {STAFF_KEY}"})
            assert response.status_code == 405


async def test_any_process_takes_the_next_call(service: str, assistant: Assistant, keyed_access: KeyedAccess) -> None:
    key = f"Bearer {PUBLIC_KEY}"
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    assert (await post(service, message("initialize", **hello), Authorization=key)).status_code == 200
    with served(create_app(assistant, keyed_access)) as other:
        asked = message("tools/call", name="ask", arguments={"question": QUESTION})
        response = await post(other, asked, Authorization=key, **{"MCP-Protocol-Version": "2025-06-18"})
    assert "mcp-session-id" not in response.headers
    assert response.json()["result"]["structuredContent"]["citations"][0]["quote"] == PERMIT_QUOTE


async def test_errors_of_ours_are_not_told(service: str, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (LibraryDamaged("/secret/place is broken"), RuntimeError("/secret/place")):

        def broken(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(assistant, "search", broken)
        async with connected(service) as client:
            sentence = told(await client.call_tool("search", {"query": QUESTION}))
        assert "secret" not in sentence
        assert ("library_damaged" in sentence) == isinstance(error, LibraryDamaged)


def test_before_the_start_and_after_the_end_there_is_no_service(
    assistant: Assistant, keyed_access: KeyedAccess
) -> None:
    app = create_app(assistant, keyed_access)
    key = {**JSON, "Authorization": f"Bearer {STAFF_KEY}"}
    client = TestClient(app, base_url=ORIGIN)
    assert client.post("/mcp", json=message("tools/list"), headers=key).status_code == 503
    for _ in range(2):
        with TestClient(app, base_url=ORIGIN) as running:
            assert running.post("/mcp", json=message("tools/list"), headers=key).status_code == 200
    assert client.post("/mcp", json=message("tools/list"), headers=key).status_code == 503


async def test_it_runs_beside_the_chat_as_served(settings: Settings, assistant: Assistant) -> None:
    """Without any key whoever calls from this machine is staff, and the chat's page has a start of its own."""
    with served(build(settings, assistant)) as address:
        async with connected(address, key=None) as client, httpx2.AsyncClient(timeout=SECONDS) as http:
            assert CANARY in str(await call(client, "search", query=SECRET))
            assert (await http.get(f"{address}/chat/")).status_code == 200
