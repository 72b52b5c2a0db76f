"""What a program can check of WCAG 2.2 AA in the staff chat, by axe-core."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.documents import ARABIC_QUESTION, ENGLISH_QUESTION, UNANSWERABLE_QUESTION
from tests.browser.test_chat import ask


def broken(page: Page) -> list[str]:
    """The rules that are broken once all is there that fades in."""
    page.wait_for_timeout(300)
    return violations(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "question"), [("en", ENGLISH_QUESTION), ("ar", ARABIC_QUESTION)])
def test_no_rule_is_broken_in_any_state(visit: Visit, origin: str, language: str, question: str, scheme: str) -> None:
    page = visit(origin, color_scheme=scheme).open(f"/chat?lang={language}&collection=default")
    expect(page.locator("[data-filter]").first).to_be_visible()
    assert broken(page) == [], "empty page, filters open"
    ask(page, question)
    expect(page.locator("#messages .md-statement").first).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()
    page.locator("#messages .md-mark").first.hover()
    expect(page.locator("#messages .md-card:popover-open")).to_be_visible()
    page.locator("#share-link").click()
    expect(page.locator("#shared .md-link")).to_be_visible()
    page.locator("#report").click()
    page.locator("#rename").click()
    page.locator("#delete").click()
    expect(page.locator("#confirm")).to_be_visible()
    assert broken(page) == [], "answer, card, forms"
    ask(page, UNANSWERABLE_QUESTION)
    expect(page.locator("#messages .md-notice")).to_be_visible()
    assert broken(page) == [], "no answer"


def test_phone_shows_everything_without_scrolling_sideways(visit: Visit, origin: str) -> None:
    page = visit(origin, viewport={"width": 320, "height": 640}).open("/chat?lang=ar&collection=default")
    ask(page, ARABIC_QUESTION)
    expect(page.locator("#messages .md-statement").first).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.locator(".md-tool, .md-suggestion, .md-kept a, #buttons button, .md-choices select").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.height && box.height < 24).length"
    )
    assert small == 0
