"""The person's conversations beside the staff chat: kept on the server, opened, found, renamed, deleted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from assistant.access import STAFF
from assistant.assistant import Assistant
from assistant.settings import load_settings
from assistant.wiring import open_conversations
from tests.browser.conftest import Visit
from tests.browser.documents import ARABIC_QUESTION, ARABIC_SENTENCE, ENGLISH_QUESTION, ENGLISH_SENTENCE
from tests.browser.test_chat import ask
from tests.browser.visitor import storage


@pytest.fixture(autouse=True)
def nothing_kept(assistant: Assistant) -> None:
    """Each test begins without conversations."""
    open_conversations(load_settings(), assistant.index.library).remove_all(STAFF)


def answered(page: Page, question: str, sentence: str) -> None:
    ask(page, question)
    expect(page.locator("#messages .md-statement", has_text=sentence).first).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()


def test_conversation_survives_a_reload_and_goes_on(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/chat")
    answered(page, ENGLISH_QUESTION, ENGLISH_SENTENCE)
    expect(page).to_have_url(re.compile(r"conversation=[0-9a-f]{32}$"))
    page.reload()
    expect(page.locator("#messages .md-question")).to_have_text(ENGLISH_QUESTION)
    expect(page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    expect(page.locator("#sources li", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    answered(page, ARABIC_QUESTION, ARABIC_SENTENCE)
    expect(page.locator(".md-kept a")).to_have_count(1)
    assert storage(page) == []
    assert visitor.context.cookies() == []


def test_another_owner_s_conversation_is_not_opened(visit: Visit, origin: str) -> None:
    page = visit(origin).open(f"/chat?conversation={'0' * 32}")
    expect(page.locator(".md-kept .md-empty")).to_be_visible()
    expect(page.locator("#messages .md-question")).to_have_count(0)
    answered(page, ENGLISH_QUESTION, ENGLISH_SENTENCE)
    assert "0" * 32 not in page.url


def test_conversations_are_listed_found_opened_renamed_and_deleted(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/chat")
    kept = page.locator(".md-kept a")
    answered(page, ENGLISH_QUESTION, ENGLISH_SENTENCE)
    page.locator("#new").click()
    expect(page.locator("#messages .md-question")).to_have_count(0)
    answered(page, ARABIC_QUESTION, ARABIC_SENTENCE)
    expect(kept).to_have_text([ARABIC_QUESTION, ENGLISH_QUESTION])
    expect(page.locator(".md-kept a[aria-current=page]")).to_have_text(ARABIC_QUESTION)

    page.locator("#find textarea, #find input").fill("night shelter")
    expect(kept).to_have_text([ENGLISH_QUESTION])
    kept.click()
    expect(page.locator("#messages .md-question")).to_have_text(ENGLISH_QUESTION)
    page.locator("#find textarea, #find input").fill("")
    expect(kept).to_have_count(2)

    page.locator("#rename").click()
    name = page.locator("#name textarea, #name input")
    expect(name).to_have_value(ENGLISH_QUESTION)
    name.fill("Shelters")
    page.locator("#save").click()
    expect(kept.filter(has_text="Shelters")).to_have_count(1)
    page.go_back()
    expect(page.locator("#messages .md-question")).to_have_text(ARABIC_QUESTION)

    page.locator("#delete").click()
    page.locator("#cancel").click()
    expect(kept).to_have_count(2)
    page.locator("#delete").click()
    page.locator("#confirm").click()
    expect(kept).to_have_text(["Shelters"])
    expect(page.locator("#messages .md-question")).to_have_count(0)
    assert "conversation=" not in page.url


def test_conversation_is_read_by_a_link_until_it_is_ended(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/chat")
    share = page.get_by_role("button", name="Link for colleagues")
    expect(share).to_be_disabled()
    answered(page, ENGLISH_QUESTION, ENGLISH_SENTENCE)
    share.click()
    link = page.locator("#shared .md-link").input_value()
    assert link.startswith(f"{origin}/shared?link=mdl_")
    expect(page.locator("#shared")).to_contain_text("sees only what they may read themselves")
    reading = visitor.open(link)
    expect(reading.locator("h2.asked")).to_have_text(ENGLISH_QUESTION)
    expect(reading.locator(".statement")).to_contain_text(ENGLISH_SENTENCE)
    page.locator("#new").click()
    expect(page.locator("#unshare")).to_be_hidden()
    expect(page.locator("#rename")).to_be_disabled()
    page.locator(".md-kept a").click()
    expect(page.locator("#shared")).to_contain_text("A link to this conversation works until")
    expect(page.locator("#shared .md-link")).to_have_count(0)
    page.get_by_role("button", name="End the link").click()
    expect(page.locator("#unshare")).to_be_hidden()
    ended = reading.reload()
    assert ended is not None
    assert ended.status == 404
    visitor.faults = [fault for fault in visitor.faults if "404" not in fault]


def test_person_chooses_the_page_s_language_and_the_answer_s_and_both_are_remembered(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/chat")
    expect(page.locator("#choices fieldset").first).to_be_attached()  # the page has its own words by now
    page.locator("select[data-wish=answer]").select_option("fr")
    with page.expect_navigation():
        page.locator("select[data-wish=lang]").select_option("ar")
    expect(page.locator("#ask")).to_have_text("اسأل")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    expect(page.locator("select[data-wish=answer]")).to_have_value("fr")
    ask(page, "What is the capital of Peru?")
    notice = page.locator("#messages .md-notice")
    expect(notice).to_have_attribute("lang", "fr")
    page.reload()
    expect(page.locator("#ask")).to_have_text("اسأل")
    expect(page.locator("select[data-wish=answer]")).to_have_value("fr")
    codes = page.locator("select[data-wish=lang] option").evaluate_all("all => all.map(option => option.value)")
    assert {"en", "it", "ro", "fr", "es", "ar", "uk"} <= set(codes)
    # Whatever the page was still asking for when it was left.
    visitor.faults = [fault for fault in visitor.faults if "AbortError" not in fault]
