"""The widget for people who use a keyboard, a screen reader, large text, a small window or their own colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import CHROMIUM_FLAGS, Visit, chromium_path
from tests.browser.documents import ENGLISH_QUESTION, ENGLISH_SENTENCE
from tests.browser.staged import Stage
from tests.browser.test_widget import ask, open_widget
from tests.browser.test_widget_states import begin, opened, statements

SMALLEST_TARGET = 24
SMALLEST_LAUNCHER = 44
NARROW = 320
TARGETS = """() => {
  const root = document.querySelector("missiondesk-help").shadowRoot;
  const all = [...root.querySelectorAll("button, a, select, textarea, summary")].filter((one) => one.checkVisibility());
  return all.map((one) => {
    const { width, height } = one.getBoundingClientRect();
    return [one.className || one.tagName, Math.min(width, height)];
  });
}"""
OVERFLOWS = """() => {
  const panel = document.querySelector("missiondesk-help").shadowRoot.querySelector(".panel");
  const inside = [...panel.querySelectorAll("*")].filter((one) => one.checkVisibility() && !one.closest(".live"));
  const box = panel.getBoundingClientRect();
  const wide = inside.filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    return one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible"
      || left < box.left - 1 || right > box.right + 1;
  });
  return [document.documentElement.scrollWidth > innerWidth, box.left < 0 || box.right > innerWidth,
    wide.map((one) => one.className || one.tagName)];
}"""
FOCUSED = (
    "() => { const at = document.activeElement.shadowRoot?.activeElement; return at && (at.className || at.tagName) }"
)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_in_any_state(visit: Visit, stage_origin: str, stage: Stage, language: str) -> None:
    page = visit(stage_origin).open(f"/widget-demo?language={language}")
    page.locator("missiondesk-help .launch").wait_for()
    found = {"closed": violations(page)}
    open_widget(page)
    found["open"] = violations(page)
    begin(page, "pause")
    expect(statements(page)).to_have_count(1)
    found["streaming"] = violations(page)
    stage.go.set()
    expect(statements(page)).to_have_count(2)
    page.locator("missiondesk-help .mark").first.click()
    found["answer"] = violations(page)
    ask(page, "break")
    expect(page.locator("missiondesk-help .error")).to_be_visible()
    found["error"] = violations(page)
    assert found == {state: [] for state in ("closed", "open", "streaming", "answer", "error")}


def test_the_keyboard_alone_reaches_the_quote_and_the_way_back(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/widget-demo")
    page.locator("missiondesk-help .launch").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("missiondesk-help textarea").wait_for()
    page.keyboard.type(ENGLISH_QUESTION)
    page.keyboard.press("Enter")
    expect(statements(page).first).to_be_visible()
    expect(page.locator("missiondesk-help form .main")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(FOCUSED) == "mark":
            break
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "SUMMARY"
    expect(page.locator("missiondesk-help details[open] blockquote").first).to_have_text(ENGLISH_SENTENCE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.href").startswith(f"{origin}/documents/")
    page.keyboard.press("Escape")
    expect(page.locator("missiondesk-help .panel")).to_be_hidden()
    assert page.evaluate(FOCUSED) == "launch"


def filled(page: Page) -> None:
    """Every kind of content: an answer with an open quote, a failure, the contacts."""
    open_widget(page)
    ask(page, "whole")
    page.locator("missiondesk-help .mark").first.click()
    ask(page, "break")
    page.locator("missiondesk-help .people summary").click()


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_a_narrow_window_needs_no_scrolling_sideways(visit: Visit, stage_origin: str, language: str) -> None:
    page = visit(stage_origin).open(f"/widget-demo?language={language}")
    page.set_viewport_size({"width": NARROW, "height": 568})
    filled(page)
    assert page.evaluate(OVERFLOWS) == [False, False, []]


def test_focus_stays_in_a_panel_that_covers_the_page(visit: Visit, stage_origin: str) -> None:
    page = visit(stage_origin).open("/widget-demo")
    page.set_viewport_size({"width": NARROW, "height": 568})
    open_widget(page)
    for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED), "the focus is lost behind the panel"


def test_text_of_twice_the_size_needs_no_scrolling_sideways(chromium: Browser, stage_origin: str) -> None:
    large = [*CHROMIUM_FLAGS, "--blink-settings=defaultFontSize=32"]
    browser = chromium.browser_type.launch(executable_path=chromium_path(), args=large)
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=stage_origin)
        page.goto("/widget-demo")
        filled(page)
        size = page.locator("missiondesk-help .statement").first.evaluate("one => getComputedStyle(one).fontSize")
        assert size == "32px"
        assert page.evaluate(OVERFLOWS) == [False, False, []]
    finally:
        browser.close()


def test_targets_are_large_enough(visit: Visit, stage_origin: str) -> None:
    page = visit(stage_origin).open("/widget-demo")
    page.locator("missiondesk-help .launch").wait_for()
    assert min(size for _, size in page.evaluate(TARGETS)) >= SMALLEST_LAUNCHER
    filled(page)
    assert [found for found in page.evaluate(TARGETS) if found[1] < SMALLEST_TARGET] == []


def test_forced_colours_leave_every_control_a_border(visit: Visit, stage_origin: str) -> None:
    page = visit(stage_origin).open("/widget-demo")
    page.emulate_media(forced_colors="active")
    border = "one => parseFloat(getComputedStyle(one).borderTopWidth)"
    assert page.locator("missiondesk-help .launch").evaluate(border) >= 1
    filled(page)
    controls = page.locator("missiondesk-help :is(button, select, textarea):visible")
    assert [controls.nth(number).evaluate(border) >= 1 for number in range(controls.count())].count(False) == 0


def test_nothing_moves(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    begin(page, "whole")
    assert page.evaluate("document.getAnimations({ subtree: true }).length") == 0
    expect(statements(page)).to_have_count(2)
    assert page.evaluate("document.getAnimations({ subtree: true }).length") == 0
