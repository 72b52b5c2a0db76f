"""The staff chat: a cited answer, its sources beside it, and the way to the quoted words."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

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


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#ask").click()


def test_answer_is_cited_and_its_link_opens_the_marked_quote(visit: Visit, origin: str) -> None:
    visitor = visit(origin)
    page = visitor.open("/chat")
    ask(page, ENGLISH_QUESTION)
    statement = page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE)
    mark = statement.locator("a.md-mark").first
    expect(mark).to_have_text(re.compile(r"\[\d\]"))
    source = page.locator("#sources li", has_text=ENGLISH_SENTENCE)
    expect(source.locator("blockquote")).to_have_text(ENGLISH_SENTENCE)
    expect(source.locator("blockquote")).to_have_attribute("lang", "en")
    expect(source.locator("h3")).to_contain_text("Desks of the province")
    with visitor.context.expect_page() as opened:
        mark.click()
    document = opened.value
    assert "".join(document.locator("mark").all_text_contents()) == ENGLISH_SENTENCE
    assert is_in_view(document, "mark")
    assert page.get_by_role("button", name=re.compile("share", re.IGNORECASE)).count() == 0
    assert storage(page) == []
    assert visitor.context.cookies() == []


def test_arabic_and_english_in_one_conversation_keep_their_directions(visit: Visit, origin: str) -> None:
    page = visit(origin, "ar-EG").open("/chat")
    ask(page, ARABIC_QUESTION)
    arabic = page.locator("#messages .md-statement", has_text=ARABIC_SENTENCE).first
    expect(arabic).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()
    ask(page, ENGLISH_QUESTION)
    english = page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE).first
    expect(english).to_be_visible()
    direction = "element => getComputedStyle(element).direction"
    assert [arabic.evaluate(direction), english.evaluate(direction)] == ["rtl", "ltr"]
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]


def test_no_answer_is_a_state_of_its_own(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/chat")
    ask(page, UNANSWERABLE_QUESTION)
    expect(page.locator("#messages .md-notice")).to_be_visible()
    assert page.locator("#messages .md-mark").count() == 0
    assert page.locator("#sources li").count() == 0


def test_staff_are_told_what_is_internal(visit: Visit, origin: str) -> None:
    """The counterpart of the widget's test: the document can be found, by those who may."""
    page = visit(origin).open("/chat")
    ask(page, INTERNAL_QUESTION)
    expect(page.locator("#messages .md-statement").first).to_contain_text(CANARY)


def test_document_with_scripts_is_shown_as_text(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/chat")
    ask(page, HOSTILE_QUESTION)
    expect(page.locator("#messages .md-statement").first).to_contain_text("four tokens")
    page.goto(page.locator("#sources a.md-open").first.get_attribute("href") or "")
    expect(page.locator("mark").first).to_contain_text("four tokens")
    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main script").count() == 0


def test_filters_are_chosen_remembered_and_shown_with_the_answer(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/chat")
    page.get_by_text("Only from some documents").click()
    page.locator("[data-filter=language][value=ar]").check()
    assert "language=ar" in page.url
    ask(page, ENGLISH_QUESTION)
    filtered = page.locator("#messages .md-filtered")
    expect(filtered).to_have_text("Searched only in: Language: Arabic")
    expect(page.locator("#ask")).to_be_enabled()
    expect(page.locator("#messages", has_text=ENGLISH_SENTENCE)).to_have_count(0)
    page.reload()
    expect(filtered).to_have_text("Searched only in: Language: Arabic")
    expect(page.locator("[data-filter=language][value=ar]")).to_be_checked()
    page.locator("[data-filter=language][value=ar]").uncheck()
    ask(page, ENGLISH_QUESTION)
    expect(page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    expect(filtered).to_have_count(1)


def test_conversation_is_saved_as_markdown_and_word(visit: Visit, origin: str) -> None:
    page = visit(origin).open("/chat")
    ask(page, ENGLISH_QUESTION)
    expect(page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE).first).to_be_visible()
    for name, file in (("Markdown", "conversation.md"), ("Word (DOCX)", "conversation.docx")):
        with page.expect_download() as saved:
            page.locator(".md-exports").get_by_text(name).click()
        assert saved.value.suggested_filename == file
        assert saved.value.path().stat().st_size > len(ENGLISH_SENTENCE)
