"""Everything that the widget can show, over answers that come in steps."""

from __future__ import annotations

import time

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.documents import ENGLISH_QUESTION
from tests.browser.staged import DESK, FIRST, NO_ANSWER, SECOND, Stage
from tests.browser.test_widget import ask, open_widget
from tests.browser.visitor import Visitor, storage

MOST_SECONDS_TO_RETRY = 1.0
MOST_ANNOUNCEMENTS = 2
# Counts how often the live region changes, as a screen reader is told.
COUNT_ANNOUNCEMENTS = """() => {
  window.announcements = [];
  const live = document.querySelector("missiondesk-help").shadowRoot.querySelector("[aria-live]");
  new MutationObserver(() => window.announcements.push(live.textContent)).observe(
    live, { childList: true, characterData: true, subtree: true });
}"""


def opened(visitor: Visitor, language: str = "en") -> Page:
    page = visitor.open(f"/widget-demo?language={language}")
    open_widget(page)
    return page


def begin(page: Page, question: str) -> None:
    page.locator("missiondesk-help textarea").fill(question)
    page.locator("missiondesk-help textarea").press("Enter")


def statements(page: Page) -> Locator:
    return page.locator("missiondesk-help .statement")


def retry(page: Page) -> Locator:
    return page.locator("missiondesk-help .retry")


def test_sentences_are_shown_as_they_come(visit: Visit, stage_origin: str, stage: Stage) -> None:
    page = opened(visit(stage_origin))
    begin(page, "pause")
    expect(statements(page)).to_have_count(1)
    expect(statements(page).first).to_contain_text(FIRST)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.locator("missiondesk-help .mark").first.focus()
    stage.go.set()
    expect(statements(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    focused = page.evaluate("document.activeElement.shadowRoot.activeElement.className")
    assert focused == "mark", "the end of an answer does not take the focus away"


def test_stop_keeps_what_was_shown_and_ends_the_work(visit: Visit, stage_origin: str, stage: Stage) -> None:
    page = opened(visit(stage_origin))
    begin(page, "pause")
    expect(statements(page)).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("missiondesk-help .error")).to_contain_text("You stopped the answer")
    expect(statements(page)).to_have_count(1)
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "TEXTAREA"
    stage.go.set()
    page.wait_for_timeout(300)
    expect(statements(page)).to_have_count(1)
    retry(page).click()
    expect(statements(page)).to_have_count(2)
    expect(page.locator("missiondesk-help .error")).to_have_count(0)


def test_a_cut_stream_keeps_its_text_and_can_be_tried_again(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    began = time.monotonic()
    begin(page, "cut")
    expect(statements(page)).to_have_count(1)
    expect(retry(page)).to_be_visible()
    assert time.monotonic() - began <= MOST_SECONDS_TO_RETRY
    expect(page.locator("missiondesk-help .error")).to_contain_text("cut off")
    assert DESK.name in page.locator("missiondesk-help article").inner_text()


def test_a_lost_connection_keeps_the_text_and_is_told_at_once(visit: Visit, stage_origin: str, stage: Stage) -> None:
    visitor = visit(stage_origin)
    page = opened(visitor)
    begin(page, "pause")
    expect(statements(page)).to_have_count(1)
    visitor.context.set_offline(True)
    began = time.monotonic()
    expect(retry(page)).to_be_visible()
    assert time.monotonic() - began <= MOST_SECONDS_TO_RETRY
    expect(statements(page)).to_have_count(1)
    expect(page.locator("missiondesk-help .error")).to_contain_text("no connection")
    begin(page, "whole")
    expect(page.locator("missiondesk-help article").last).to_contain_text("no connection")
    visitor.context.set_offline(False)
    retry(page).last.click()
    expect(page.locator("missiondesk-help article").last.locator(".statement")).to_have_count(2)


def test_a_failure_is_told_without_its_reason_and_with_a_person_to_turn_to(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    ask(page, "break")
    expect(page.locator("missiondesk-help .error")).to_contain_text("did not work")
    assert "/srv/secret" not in page.locator("missiondesk-help article").inner_text()
    assert DESK.name in page.locator("missiondesk-help article").inner_text()


def test_no_answer_names_the_contacts(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    ask(page, "none")
    article = page.locator("missiondesk-help article")
    expect(article).to_contain_text(NO_ANSWER)
    assert article.locator("a").evaluate_all("links => links.map((link) => link.href)") == [
        "tel:+39061234",
        f"mailto:{DESK.email}",
    ]
    assert article.locator(".mark").count() == 0


def test_a_person_can_be_reached_and_a_machine_owns_up_in_every_state(
    visit: Visit, stage_origin: str, stage: Stage
) -> None:
    page = opened(visit(stage_origin))
    people = page.locator("missiondesk-help .people")

    def check(state: str) -> None:
        assert people.is_visible(), state
        assert "not a person" in page.locator("missiondesk-help .log").inner_text(), state

    check("open")
    begin(page, "pause")
    expect(statements(page)).to_have_count(1)
    check("streaming")
    stage.go.set()
    expect(statements(page)).to_have_count(2)
    check("answered")
    for state in ("none", "cut", "break"):
        ask(page, state)
        check(state)
    people.locator("summary").click()
    expect(people.get_by_role("link", name=DESK.phone or "")).to_be_visible()


def test_an_answer_is_announced_at_its_start_and_its_end(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    page.evaluate(COUNT_ANNOUNCEMENTS)
    ask(page, "whole")
    expect(statements(page)).to_have_count(2)
    announced = page.evaluate("window.announcements")
    assert len(announced) <= MOST_ANNOUNCEMENTS
    assert announced[0] == "Searching the documents…"
    assert FIRST in announced[-1]
    assert SECOND in announced[-1]


def test_clear_forgets_the_conversation_here_and_on_the_server(visit: Visit, origin: str) -> None:
    page = opened(visit(origin))
    ask(page, ENGLISH_QUESTION)
    expect(statements(page).first).to_be_visible()
    with page.expect_response(lambda response: response.request.method == "DELETE") as deleted:
        page.get_by_role("button", name="Clear").click()
    assert deleted.value.status == 204
    assert page.locator("missiondesk-help article").count() == 0
    assert storage(page) == []


def test_quick_exit_forgets_leaves_for_a_harmless_page_and_back_does_not_return(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/help?site=demo")
    page.goto("/widget-demo")
    open_widget(page)
    ask(page, ENGLISH_QUESTION)
    expect(statements(page).first).to_be_visible()
    harmless = "https://www.wikipedia.org/"
    visitor.context.route(
        f"{harmless}**", lambda route: route.fulfill(body="An encyclopedia", content_type="text/plain")
    )
    with page.expect_request(lambda request: request.method == "DELETE"):
        page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url(harmless)
    page.go_back()
    assert page.url.endswith("/help?site=demo")
    visitor.faults = [fault for fault in visitor.faults if harmless not in fault]


def test_the_language_can_be_switched_and_each_message_has_its_own_direction(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    languages = page.locator("missiondesk-help select option").evaluate_all(
        "options => options.map((one) => one.value)"
    )
    assert sorted(languages) == ["ar", "en", "es", "fr", "it", "ro", "ru", "so", "uk"]
    ask(page, "whole")
    expect(statements(page)).to_have_count(2)
    page.locator("missiondesk-help select").select_option("ar")
    panel = page.locator("missiondesk-help .panel")
    expect(panel).to_have_attribute("lang", "ar")
    direction = "element => getComputedStyle(element).direction"
    assert panel.evaluate(direction) == "rtl"
    assert [statements(page).nth(number).evaluate(direction) for number in (0, 1)] == ["ltr", "rtl"]
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    ask(page, "whole")
    quote = page.locator("missiondesk-help article").last.locator("blockquote").first
    assert quote.evaluate(direction) == "ltr", "a Latin quote stays from left to right"
    page.locator("missiondesk-help select").select_option("fr")
    expect(panel).to_have_attribute("dir", "ltr")
    expect(page.locator("missiondesk-help .people summary")).to_have_text("Parler à une personne")


def test_an_empty_field_begins_where_the_panels_language_does(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin), "ar")
    box = page.locator("missiondesk-help .ask textarea")
    direction = "one => getComputedStyle(one).direction"
    assert box.evaluate(direction) == "rtl"
    box.fill("whole")
    assert box.evaluate(direction) == "ltr"
    box.press("Enter")
    expect(statements(page)).to_have_count(2)
    assert box.evaluate(direction) == "rtl"


def test_the_launcher_and_the_panel_follow_the_pages_language(visit: Visit, stage_origin: str) -> None:
    page = visit(stage_origin).open("/widget-demo")
    launcher = page.locator("missiondesk-help .launch")
    expect(launcher).to_have_text("Help")
    page.evaluate("document.documentElement.lang = 'uk'")
    expect(launcher).to_have_text("Допомога")
    open_widget(page)
    expect(page.locator("missiondesk-help .panel")).to_have_attribute("lang", "uk")
