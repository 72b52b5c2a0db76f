"""The help widget on a public site with a strict policy."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Visit
from tests.browser.documents import (
    ARABIC_QUESTION,
    ARABIC_SENTENCE,
    CANARY,
    ENGLISH_QUESTION,
    ENGLISH_SENTENCE,
    HOSTILE_QUESTION,
    INTERNAL_QUESTION,
    UNANSWERABLE_QUESTION,
)
from tests.browser.visitor import is_in_view, storage

LARGEST_SCRIPT = 5 * 1024
"""Bytes, compressed, that a page loads for the launcher."""
LARGEST_BEFORE_A_QUESTION = 14 * 1024
"""Bytes, compressed: what fits into the first round trip of a connection."""


def open_widget(page: Page) -> None:
    page.locator("missiondesk-help .launch").click()
    page.locator("missiondesk-help textarea").wait_for()


def ask(page: Page, question: str) -> None:
    page.locator("missiondesk-help textarea").fill(question)
    page.locator("missiondesk-help textarea").press("Enter")
    expect(page.locator("missiondesk-help form .main")).to_be_visible()


def test_answer_is_cited_and_its_quote_opens(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/widget-demo")
    open_widget(page)
    ask(page, ENGLISH_QUESTION)
    statement = page.locator("missiondesk-help .statement", has_text=ENGLISH_SENTENCE)
    statement.locator(".mark").first.click()
    source = page.locator("missiondesk-help details[open]")
    expect(source.locator("blockquote")).to_have_text(ENGLISH_SENTENCE)
    with visitor.context.expect_page() as opened:
        source.get_by_role("link").click()
    assert "".join(opened.value.locator("mark").all_text_contents()) == ENGLISH_SENTENCE
    assert is_in_view(opened.value, "mark")


def test_nothing_is_asked_before_the_click_and_nothing_is_kept(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url.removeprefix(origin)))
    page = visitor.open("/widget-demo")
    page.locator("missiondesk-help .launch").wait_for()
    assert asked == ["/widget-demo", "/widget.js"]
    open_widget(page)
    ask(page, ENGLISH_QUESTION)
    loaded = [path.partition("?")[0] for path in asked[2:]]
    assert sorted(loaded[:2]) == ["/widget/panel.js", "/widget/texts/en.json"]
    assert loaded[2:] == ["/v1/widget/sessions", "/v1/ask"]
    assert storage(page) == []
    assert visitor.context.cookies() == []


def test_page_holds_no_key(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/widget-demo")
    source = page.request.get("/widget-demo").text()
    script = page.request.get("/widget.js").body() + page.request.get("/widget/panel.js").body()
    assert re.search(r"(?i)token|bearer|api.?key|secret", source) is None
    assert re.search(r"[A-Za-z0-9_-]{40,}", script.decode()) is None


def test_loader_and_all_before_the_first_question_are_small(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    loaded: list[Request] = []
    visitor.context.on("requestfinished", lambda request: loaded.append(request))
    page = visitor.open("/widget-demo?language=ar")
    page.locator("missiondesk-help .launch").wait_for()
    assert sum(sent(loaded[1:])) <= LARGEST_SCRIPT
    open_widget(page)
    page.wait_for_load_state("networkidle")
    assert len(loaded[1:]) == 3
    assert sum(sent(loaded[1:])) <= LARGEST_BEFORE_A_QUESTION


def sent(requests: list[Request]) -> list[int]:
    """Bytes of the bodies as they crossed the network."""
    return [request.sizes()["responseBodySize"] for request in requests]


def test_script_is_sent_once(visit: Visit, origin: str) -> None:
    request = visit(origin).context.request
    first = request.get("/widget.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert "max-age" in first.headers["cache-control"]
    again = request.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body()) == (304, b"")


def test_internal_document_is_never_told(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/widget-demo")
    open_widget(page)
    for question in (INTERNAL_QUESTION, CANARY, f"{CANARY} warehouse door code"):
        with page.expect_response("**/v1/ask") as answered:
            ask(page, question)
        assert CANARY not in answered.value.text().replace(question, "")
    assert CANARY not in " ".join(page.locator("missiondesk-help details").all_text_contents())


def test_unanswerable_question_is_declined_without_citation(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/widget-demo")
    open_widget(page)
    ask(page, UNANSWERABLE_QUESTION)
    expect(page.locator("missiondesk-help .notice")).to_be_visible()
    assert page.locator("missiondesk-help details").count() == 0


def test_document_with_scripts_is_shown_as_text(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/widget-demo")
    open_widget(page)
    ask(page, HOSTILE_QUESTION)
    expect(page.locator("missiondesk-help .statement").first).to_contain_text("four tokens")
    assert page.evaluate("window.pwned") is None
    assert page.locator("missiondesk-help :is(img, script, b)").count() == 0


def test_arabic_page_gets_arabic_words_from_right_to_left(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/widget-demo?language=ar")
    open_widget(page)
    panel = page.locator("missiondesk-help .panel")
    expect(panel).to_have_attribute("lang", "ar")
    assert panel.evaluate("panel => getComputedStyle(panel).direction") == "rtl"
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] < 100, "the panel stands on the left of a page that runs from right to left"
    ask(page, ARABIC_QUESTION)
    expect(page.locator("missiondesk-help .statement", has_text=ARABIC_SENTENCE).first).to_be_visible()


def test_keyboard_alone_opens_asks_and_closes(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/widget-demo")
    page.locator("missiondesk-help .launch").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("missiondesk-help textarea").wait_for()
    page.keyboard.type(ENGLISH_QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("missiondesk-help .statement").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("missiondesk-help .panel")).to_be_hidden()
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.classList.contains('launch')")


def test_lost_connection_can_be_tried_again(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/widget-demo")
    open_widget(page)
    page.route("**/v1/ask", lambda route: route.abort("internetdisconnected"))
    ask(page, ENGLISH_QUESTION)
    expect(page.locator("missiondesk-help .error")).to_be_visible()
    page.unroute("**/v1/ask")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("missiondesk-help .statement", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    # The browser reports the lost request itself.
    visitor.faults = [fault for fault in visitor.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_session_that_ran_out_is_replaced_once(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/widget-demo")
    sessions: list[str] = []
    page.on("request", lambda request: sessions.append(request.url) if "sessions" in request.url else None)
    open_widget(page)
    page.route("**/v1/ask", lambda route: route.fulfill(status=401, body="{}"), times=1)
    ask(page, ENGLISH_QUESTION)
    assert len(sessions) == 1, "a session that has only just begun is not asked for again"
    ask(page, ENGLISH_QUESTION)
    page.route("**/v1/ask", lambda route: route.fulfill(status=401, body="{}"), times=1)
    ask(page, ENGLISH_QUESTION)
    assert len(sessions) == 2
    expect(page.locator("missiondesk-help .statement", has_text=ENGLISH_SENTENCE).last).to_be_visible()
    visitor.faults = [fault for fault in visitor.faults if "401" not in fault]
