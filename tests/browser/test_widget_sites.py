"""The help widget on a website of another origin, in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page, expect

from assistant.assistant import Assistant
from assistant.settings import load_settings
from assistant.sites import Site, Sites
from tests.browser.conftest import Visit
from tests.browser.documents import ENGLISH_QUESTION, ENGLISH_SENTENCE
from tests.browser.serving import served
from tests.browser.test_widget import ask, open_widget
from tests.browser.visitor import Visitor, is_in_view
from ui.server import build

# The status that a page gets from each route that the widget may use; -1: the browser let nothing through.
CALLS = """async ([server, site]) => {
  const call = async (method, path, body, token) => {
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (token) headers.Authorization = `Bearer ${token}`;
    try {
      const response = await fetch(server + path, { method, headers, body: body && JSON.stringify(body) });
      return [response.status, response.status === 204 ? null : await response.json()];
    } catch {
      return [-1, null];
    }
  };
  const [opened, session] = await call("POST", "/v1/widget/sessions", { site });
  const token = session?.token || window.stolen || "none";
  const [asked, answer] = await call("POST", "/v1/ask", { question: "QUESTION", conversation: true }, token);
  const id = answer?.conversation_id || "none";
  const document = answer?.citations[0].document_id || "none";
  const rest = [
    ["GET", `/v1/documents/${document}`], ["POST", "/v1/feedback", { rating: "helpful" }],
    ["GET", `/v1/conversations/${id}`], ["DELETE", `/v1/conversations/${id}`], ["DELETE", "/v1/feedback/x"],
    ["POST", "/v1/documents", {}],
  ];
  const statuses = [opened, asked];
  for (const [method, path, body] of rest) statuses.push((await call(method, path, body, token))[0]);
  return [statuses, token];
}""".replace("QUESTION", ENGLISH_QUESTION)


@dataclass(frozen=True, slots=True)
class Embedding:
    """A website whose pages embed the widget of `server`; `stranger` is the same under an origin that is not listed."""

    server: str
    home: str
    stranger: str
    site: Site


Embed = Callable[..., Embedding]


@pytest.fixture
def embed(assistant: Assistant, request: pytest.FixtureRequest) -> Iterator[Embed]:
    """Makes a website that is in the library's list of sites, and is served on another port."""
    sites = Sites(assistant.index.library.engine)
    added: list[str] = []

    def embed(server: str, *, daily_budget: int | None = None) -> Embedding:
        app = FastAPI()
        running = served(app)
        address = running.__enter__()
        request.addfinalizer(lambda: running.__exit__(None, None, None))
        home = address.replace("127.0.0.1", "localhost")
        site = sites.add([home], daily_budget=daily_budget)
        added.append(site.id)
        wait_until_known(server, home)
        policy = f"default-src 'none'; script-src {server}; connect-src {server}"
        script = f'<script src="{server}/widget.js" data-site="{site.id}" async></script>'
        page = f"<!doctype html><html lang=en><title>A site</title><h1>A site</h1>{script}"
        app.get("/")(lambda: HTMLResponse(page, headers={"Content-Security-Policy": policy}))
        return Embedding(server, home, address, site)

    yield embed
    for site_id in added:
        sites.remove(site_id)


def wait_until_known(server: str, origin: str) -> None:
    """A server may learn of a site two seconds late."""
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    until = time.monotonic() + 20
    while "Access-Control-Allow-Origin" not in httpx.options(f"{server}/v1/ask", headers=asking).headers:
        assert time.monotonic() < until, "the server does not learn of the site"
        time.sleep(0.1)


def forgive(visitor: Visitor, *expected: str) -> None:
    """Leave out of the visitor's faults what the test is about."""
    visitor.faults = [fault for fault in visitor.faults if not any(part in fault for part in expected)]


def test_an_answer_is_shown_on_another_site_and_its_quote_opens(visit: Visit, embed: Embed, origin: str) -> None:
    embedding = embed(origin)
    visitor = visit(embedding.home)
    page = visitor.open("/")
    open_widget(page)
    ask(page, ENGLISH_QUESTION)
    statement = page.locator("missiondesk-help .statement", has_text=ENGLISH_SENTENCE)
    statement.locator(".mark").first.click()
    with visitor.context.expect_page() as opened:
        page.locator("missiondesk-help details[open]").get_by_role("link").click()
    assert opened.value.url.startswith(f"{origin}/documents/")
    assert "".join(opened.value.locator("mark").all_text_contents()) == ENGLISH_SENTENCE
    assert is_in_view(opened.value, "mark")
    forgive(visitor, f"foreign request: {origin}/")


def test_every_route_of_the_widget_works_from_the_site_and_none_from_elsewhere(
    visit: Visit, embed: Embed, origin: str
) -> None:
    embedding = embed(origin)
    visitor = visit(embedding.home)
    arguments = [origin, embedding.site.id]
    statuses, token = visitor.open("/").evaluate(CALLS, arguments)
    assert statuses == [200, 200, 200, 204, 200, 204, -1, -1]
    forgive(visitor, f"foreign request: {origin}/", "console: ")

    foreign = visit(embedding.stranger)
    page = foreign.open("/")
    page.evaluate("token => { window.stolen = token }", token)
    statuses, _ = page.evaluate(CALLS, arguments)
    assert set(statuses) == {-1}
    forgive(foreign, f"foreign request: {origin}/", "console: ")


def test_a_page_that_is_not_listed_gets_no_answer(visit: Visit, embed: Embed, origin: str) -> None:
    embedding = embed(origin)
    visitor = visit(embedding.stranger)
    page = visitor.open("/")
    open_widget(page)
    ask(page, ENGLISH_QUESTION)
    expect(page.locator("missiondesk-help .error")).to_be_visible()
    assert page.locator("missiondesk-help .statement").count() == 0
    forgive(visitor, f"foreign request: {origin}/", "console: ")


def test_the_widget_waits_for_its_turn_and_says_when_the_day_is_over(
    visit: Visit, embed: Embed, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever the clock says while the test runs, it is ten minutes to midnight.
    monkeypatch.setattr("assistant.budget._seconds_left", lambda: 600)
    settings = load_settings(widget_session_questions="1 per 3 seconds")
    with served(build(settings, assistant)) as server:
        embedding = embed(server, daily_budget=2)
        visitor = visit(embedding.home)
        page = visitor.open("/")
        open_widget(page)
        ask(page, ENGLISH_QUESTION)
        page.locator("missiondesk-help textarea").fill(ENGLISH_QUESTION)
        page.locator("missiondesk-help textarea").press("Enter")
        expect(page.locator("missiondesk-help .note", has_text="sent again")).to_be_visible()
        expect(page.locator("missiondesk-help article:last-of-type .statement").first).to_be_visible()
        assert page.locator("missiondesk-help .error").count() == 0
        expect(page.locator("missiondesk-help form .main")).to_be_visible()
        ask_until_refused(page)
        expect(page.locator("missiondesk-help .error")).to_contain_text("tomorrow")
        assert page.get_by_role("button", name="Try again").count() == 0
        forgive(visitor, f"foreign request: {server}/", "429")


def ask_until_refused(page: Page) -> None:
    """Ask once more, when the session's own limit has passed."""
    page.wait_for_timeout(3100)
    ask(page, ENGLISH_QUESTION)
