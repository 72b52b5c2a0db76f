"""Signing in with a real browser, and the chat that belongs to whoever has signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from assistant.access import Access
from assistant.dialogue import Dialogue
from assistant.keys import NewKey
from assistant.messages import message
from index.errors import NotFound
from tests.browser.conftest import Visit
from tests.browser.documents import ENGLISH_QUESTION, ENGLISH_SENTENCE
from tests.browser.public_app import public_app
from tests.browser.serving import served

# The first answer waits for the model, in milliseconds.
SLOW = 30_000


@dataclass(frozen=True, slots=True)
class Desk:
    """A server with the keys of two people."""

    origin: str
    access: Access
    dialogue: Dialogue
    anna: NewKey
    ben: NewKey


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with public_app(tmp_path_factory.mktemp("sign_in")) as app:
        access = app.state.access
        anna, ben = (access.keys.create("researcher", days=1) for _ in range(2))
        with served(app) as origin:
            yield Desk(origin, access, app.state.dialogue, anna, ben)


def sign_in(page: Page, key: NewKey) -> None:
    page.get_by_label(message("sign_in_key", "en"), exact=True).fill(key.secret)
    page.get_by_role("button", name=message("sign_in_button", "en")).click()


def ask(page: Page) -> None:
    page.locator("#question textarea").fill(ENGLISH_QUESTION)
    page.locator("#ask").click()


def test_the_page_can_be_used_with_keys_alone(visit: Visit, desk: Desk) -> None:
    page = visit(desk.origin).open("/?q=permit")
    assert page.url == f"{desk.origin}/sign-in?next=%2F%3Fq%3Dpermit"
    key = page.get_by_label(message("sign_in_key", "en"), exact=True)
    expect(key).to_be_focused()
    expect(key).to_have_attribute("type", "password")
    expect(key).to_have_accessible_description(message("sign_in_hint", "en", prefix="mdk_"))
    expect(page.get_by_role("heading", level=1)).to_have_text(message("sign_in_title", "en"))
    page.keyboard.type(desk.anna.secret)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=message("sign_in_button", "en"))).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{desk.origin}/?q=permit")
    page.get_by_role("button", name=message("sign_out", "en")).press("Enter")
    page.wait_for_url(f"{desk.origin}/sign-in")
    page.goto("/docs")
    assert page.url.startswith(f"{desk.origin}/sign-in?")


def test_a_refusal_is_announced_with_the_field(visit: Visit, desk: Desk) -> None:
    visitor = visit(desk.origin, "ar")
    page = visitor.open("/sign-in")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    page.get_by_label(message("sign_in_key", "ar"), exact=True).fill("mdk_wrong")
    page.get_by_role("button", name=message("sign_in_button", "ar")).click()
    expect(page.get_by_role("alert")).to_have_text(message("sign_in_refused", "ar"))
    key = page.get_by_label(message("sign_in_key", "ar"), exact=True)
    expect(key).to_have_attribute("aria-invalid", "true")
    expect(key).to_be_focused()
    # The browser notes every 401 by itself.
    assert [fault for fault in visitor.faults if "401" not in fault] == []
    visitor.faults.clear()


def test_a_chat_belongs_to_whoever_has_signed_in(visit: Visit, desk: Desk) -> None:
    visitor = visit(desk.origin)
    page = visitor.open("/chat")
    sign_in(page, desk.anna)
    page.wait_for_url(f"{desk.origin}/chat/")
    ask(page)
    expect(page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE)).to_be_visible(timeout=SLOW)
    anna, ben = (desk.access.caller(key.secret) for key in (desk.anna, desk.ben))
    (held,) = desk.dialogue.conversations.of(anna)
    assert held.question == ENGLISH_QUESTION
    assert desk.dialogue.conversations.of(ben) == []
    with pytest.raises(NotFound):
        desk.dialogue.shown(held.id, ben)
    # Somebody else at the same browser goes on with nothing of it.
    page.goto("/")
    page.get_by_role("button", name=message("sign_out", "en")).click()
    page.goto("/chat")
    sign_in(page, desk.ben)
    ask(page)
    expect(page.locator("#messages .md-statement", has_text=ENGLISH_SENTENCE)).to_be_visible(timeout=SLOW)
    assert [entry.id for entry in desk.dialogue.conversations.of(anna)] == [held.id]
    assert len(desk.dialogue.conversations.of(ben)) == 1
    desk.access.keys.revoke(desk.ben.key.id)
    ask(page)
    expect(page.get_by_text("Sign in again.").first).to_be_visible()
    assert desk.dialogue.conversations.of(ben)[0].turns == 1
    page.goto("/chat")
    expect(page.get_by_role("heading", level=1)).to_have_text(message("sign_in_title", "en"))
    assert [fault for fault in visitor.faults if "401" not in fault] == []
    visitor.faults.clear()
