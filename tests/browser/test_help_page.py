"""The help page in a browser that runs no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.documents import (
    ARABIC_QUESTION,
    ARABIC_SENTENCE,
    ENGLISH_QUESTION,
    ENGLISH_SENTENCE,
    HOSTILE_QUESTION,
)


def test_a_question_is_answered_without_a_script(visit: Visit, origin: str) -> None:
    visitor = visit(origin, scripts=False)
    page = visitor.open("/help?site=demo&language=en")
    page.get_by_label("Your question").fill(ENGLISH_QUESTION)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".statement", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    expect(page.locator("blockquote").first).to_have_text(ENGLISH_SENTENCE)
    page.locator(".mark").first.click()
    assert page.url.endswith("#source-1")
    page.get_by_role("link", name="Open the document at this passage").first.click()
    assert "".join(page.locator("mark").all_text_contents()) == ENGLISH_SENTENCE
    assert visitor.context.cookies() == []


def test_the_arabic_page_runs_from_right_to_left(visit: Visit, origin: str) -> None:
    page = visit(origin, scripts=False).open("/help?site=demo&language=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.locator("textarea").fill(ARABIC_QUESTION)
    page.locator("form.ask button").click()
    statement = page.locator(".statement", has_text=ARABIC_SENTENCE).first
    expect(statement).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "ar"


def test_a_document_with_scripts_is_shown_as_text(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/help?site=demo&language=en")
    page.locator("textarea").fill(HOSTILE_QUESTION)
    page.locator("form.ask button").click()
    expect(page.locator(".statement").first).to_contain_text("four tokens")
    assert page.evaluate("window.pwned") is None
    assert page.locator("main :is(img, script, b)").count() == 0


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_accessible_and_fits_a_small_window(visit: Visit, origin: str, language: str) -> None:
    page = visit(origin).open(f"/help?site=demo&language={language}")
    page.set_viewport_size({"width": 320, "height": 640})
    assert violations(page) == []
    page.locator("textarea").fill(ENGLISH_QUESTION)
    page.locator("form.ask button").click()
    expect(page.locator(".statement").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
