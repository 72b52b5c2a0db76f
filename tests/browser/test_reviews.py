"""The review pages and shared conversations as administrators and colleagues see them in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback, FeedbackReason, Opinion, Rating, Source, Via
from assistant.settings import load_settings
from assistant.shares import Shares
from assistant.wiring import open_access, open_conversations, open_feedback, open_library
from index.scope import EVERYTHING
from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.documents import ARABIC_QUESTION, CANARY, ENGLISH_QUESTION, ENGLISH_SENTENCE, INTERNAL_QUESTION
from tests.browser.serving import served
from ui.app import create_app


@pytest.fixture(scope="module")
def desk(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str, str]]:
    """A server with keys: its address, an administrator's key, a narrow researcher's, and a link to a conversation."""
    library = assistant.index.library
    settings = load_settings(data_dir=tmp_path_factory.mktemp("keys") / "data")
    conversations = open_conversations(settings, library)
    feedback = open_feedback(settings, library)
    # Keys of their own, so that the other tests' server stays open.
    own = open_library(settings)
    access = open_access(settings, own)
    admin = access.keys.create("admin", days=1).secret
    narrow = access.keys.create("researcher", days=1, collections=["elsewhere"]).secret
    owner = Caller("staff", EVERYTHING, "key:anna")
    dialogue = Dialogue(assistant, conversations)
    link = _shared(dialogue, owner)
    _report(dialogue, feedback, owner)
    app = create_app(assistant, access, conversations=conversations, feedback=feedback)
    with served(app) as address:
        yield address, admin, narrow, link
    conversations.remove_all(owner)
    own.close()


def _shared(dialogue: Dialogue, owner: Caller) -> str:
    held = None
    for question in (ENGLISH_QUESTION, ARABIC_QUESTION, INTERNAL_QUESTION):
        reply = dialogue.ask(question, owner, conversation_id=held, begin=True)
        list(reply.events)
        held = reply.conversation_id
    assert held is not None
    return f"/shared?link={Shares(dialogue.conversations).make(held, owner).token}"


def _report(dialogue: Dialogue, feedback: Feedback, owner: Caller) -> None:
    reply = dialogue.ask(ENGLISH_QUESTION, owner, begin=True)
    list(reply.events)
    given = dialogue.shown(reply.conversation_id or "", owner)[1][-1].answer
    opinion = Opinion(Rating.WRONG, "It is eight now.", ENGLISH_QUESTION, None, FeedbackReason.OUTDATED, given)
    feedback.add(opinion, EVERYTHING, Via(Source.CHAT))


def sign_in(page: Page, key: str) -> None:
    page.locator("#key").fill(key)
    page.locator("form.sign-in button").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_report_is_reviewed_and_made_a_case(visit: Visit, desk: tuple[str, str, str, str], scripts: bool) -> None:
    address, admin, _, _ = desk
    page = visit(address, scripts=scripts).open("/reviews?state=any")
    sign_in(page, admin)
    page.get_by_role("link", name=f"Outdated: {ENGLISH_QUESTION}").click()
    expect(page.locator(".sources blockquote").first).to_have_text(ENGLISH_SENTENCE)
    page.locator("#find").fill("legal advice in Aldana")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".sentences label", has_text="Since 2009")).to_have_count(1)
    page.locator(".sentences label", has_text=ENGLISH_SENTENCE).locator("input").check()
    page.get_by_role("button", name="Save the case").click()
    expect(page.locator("dl.facts")).to_contain_text("Accepted")
    expect(page.locator(".sentences input:checked")).to_have_count(1)
    page.get_by_label("Dismissed").check()
    page.get_by_label("Note").fill("Not so.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("dl.facts")).to_contain_text("Dismissed")
    page.get_by_label("Accepted").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="All reports").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download the evaluation cases: 1").click()
    assert ENGLISH_SENTENCE in saved.value.path().read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("ar-EG", 390)])
def test_no_rule_is_broken_and_nothing_stands_out(
    visit: Visit, desk: tuple[str, str, str, str], tmp_path: Path, locale: str, width: int, scheme: str
) -> None:
    address, admin, _, link = desk
    page = visit(address, locale, color_scheme=scheme, viewport={"width": width, "height": 800}).open("/reviews")
    sign_in(page, admin)
    for number, path in enumerate(("/reviews?state=any", "report", link)):
        if path == "report":
            page.locator(".reports a").first.click()
        else:
            page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        small = page.locator("main a:not(p a, h2 a), main button, main input, main select").evaluate_all(
            "all => all.map(one => one.closest('label') || one).map(one => one.getBoundingClientRect())"
            ".filter(box => box.height && box.height < 24).length"
        )
        assert small == 0, path
        page.screenshot(path=tmp_path / f"{number}.png", full_page=True)


def test_a_colleague_reads_a_conversation_as_far_as_they_may(visit: Visit, desk: tuple[str, str, str, str]) -> None:
    address, admin, narrow, link = desk
    page = visit(address).open(link)
    sign_in(page, admin)
    expect(page.locator("h2.asked")).to_have_text([ENGLISH_QUESTION, ARABIC_QUESTION, INTERNAL_QUESTION])
    expect(page.locator(".statement", has_text=CANARY)).to_have_count(1)
    direction = "element => getComputedStyle(element).direction"
    assert page.locator(".statement").nth(1).evaluate(direction) == "rtl"
    page.locator(".mark").first.click()
    expect(page.locator("#source-1-1")).to_be_in_viewport()
    page.locator("#source-1-1 a").click()
    assert "".join(page.locator("mark").all_text_contents()) == ENGLISH_SENTENCE
    assert page.evaluate("document.referrer") == ""

    limited = visit(address).open(link)
    sign_in(limited, narrow)
    expect(limited.locator(".withheld")).to_have_count(3)
    expect(limited.locator(".statement, blockquote")).to_have_count(0)
    assert CANARY not in limited.content()
