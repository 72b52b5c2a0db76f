"""The card of a citation: opens where its mark is pointed at, has the focus, or is tapped (WCAG 1.4.13)."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_chat_states import ask
from tests.browser.troubled import FRENCH, TRANSLATED


def answered(page: Page) -> tuple[Locator, Locator]:
    """The mark of an answer, and its card."""
    ask(page, "translate")
    expect(page.locator("#ask")).to_be_enabled()
    return page.locator("#messages .md-mark"), page.locator("#messages .md-card")


def test_card_says_what_is_cited_and_stays_under_the_pointer(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    mark, card = answered(page)
    expect(card).to_be_hidden()
    mark.hover()
    expect(card).to_be_visible()
    for text in (
        "[1] Guichet de Vellmar",
        "Ville de Vellmar",
        "Mar 5, 2024",
        "page 7",
        "French",
        "Machine translation",
    ):
        expect(card).to_contain_text(text)
    expect(card.locator("blockquote")).to_have_text(FRENCH)
    expect(card.locator("blockquote")).to_have_attribute("lang", "fr")
    expect(card.locator(".md-translation span:last-child")).to_have_text(TRANSLATED)
    quote, translation = card.locator("blockquote").bounding_box(), card.locator(".md-translation").bounding_box()
    assert quote is not None
    assert translation is not None
    assert translation["x"] >= quote["x"] + quote["width"], "the translation stands beside the quote"
    card.hover()
    page.wait_for_timeout(500)
    expect(card).to_be_visible()
    page.locator("#intro h1").hover()
    expect(card).to_be_hidden()


def test_keyboard_reaches_every_mark_and_its_card_and_escape_closes(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    mark, card = answered(page)
    page.locator("#messages .md-edit").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if mark.evaluate("mark => mark === document.activeElement"):
            break
    expect(mark).to_be_focused()
    expect(card).to_be_visible()
    expect(mark).to_have_accessible_name("[1] Guichet de Vellmar")
    page.keyboard.press("Tab")
    expect(card.get_by_role("link")).to_be_focused()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(mark).to_be_focused()
    mark.hover()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_tap_opens_the_card_and_its_link_the_document(visit: Visit, troubled: str) -> None:
    visitor = visit(troubled, has_touch=True, viewport={"width": 390, "height": 844})
    page = visitor.open("/chat")
    mark, card = answered(page)
    mark.tap()
    expect(card).to_be_visible()
    assert len(visitor.context.pages) == 1
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    with visitor.context.expect_page() as opened:
        card.get_by_role("link").tap()
    assert "/documents/d?start=0&end=44" in opened.value.url
    page.locator("#intro h1").tap()
    expect(card).to_be_hidden()
    # The stand-in serves no documents.
    visitor.faults = [fault for fault in visitor.faults if "404" not in fault]
