"""What visitors say of an answer in the widget."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.assistant import Assistant
from assistant.event import UNKNOWN, Actor
from assistant.feedback import Feedback, FeedbackReason, Opinion, Rating
from index.scope import EVERYTHING
from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.staged import FIRST, NO_ANSWER
from tests.browser.test_widget import ask
from tests.browser.test_widget_access import FOCUSED, OVERFLOWS, TARGETS
from tests.browser.test_widget_states import COUNT_ANNOUNCEMENTS, MOST_ANNOUNCEMENTS, opened

_ACTOR = Actor(UNKNOWN, None, "")
THANKS = "Thank you. Your report is kept, without your name."


@pytest.fixture
def feedback(assistant: Assistant) -> Iterator[Feedback]:
    """What the staged server keeps; empty at first."""
    kept = Feedback(assistant.index.library.engine, days=1)
    clear(kept)  # of what other tests have reported
    yield kept
    clear(kept)


def clear(feedback: Feedback) -> None:
    for stored in feedback.newest(100, EVERYTHING):
        feedback.remove(stored.id, EVERYTHING, _ACTOR)


def opinions(feedback: Feedback) -> list[Opinion]:
    return [stored.opinion for stored in feedback.newest(100, EVERYTHING)]


def rating(page: Page) -> Locator:
    return page.locator("missiondesk-help article").last.locator("[part=rating]")


def thumb(page: Page, name: str) -> Locator:
    return rating(page).get_by_role("button", name=name, exact=True)


def test_a_thumb_up_is_one_press_and_keeps_no_words(visit: Visit, stage_origin: str, feedback: Feedback) -> None:
    page = opened(visit(stage_origin))
    ask(page, "whole")
    page.evaluate(COUNT_ANNOUNCEMENTS)
    thumb(page, "This helped").click()
    expect(rating(page)).to_have_text(THANKS)
    assert page.evaluate(FOCUSED) == "note", "who does not see it comes upon the thanks"
    assert opinions(feedback) == [Opinion(Rating.HELPFUL)]
    assert page.evaluate("window.announcements") == []


def test_a_thumb_down_needs_no_reason(visit: Visit, stage_origin: str, feedback: Feedback) -> None:
    page = opened(visit(stage_origin))
    ask(page, "none")
    thumb(page, "This did not help").click()
    assert opinions(feedback) == [], "nothing is sent before the visitor says so"
    rating(page).get_by_role("button", name="Send").click()
    expect(rating(page)).to_have_text(THANKS)
    assert opinions(feedback) == [Opinion(Rating.NOT_HELPFUL)]


def test_a_reason_comes_with_the_words_only_if_the_visitor_wants(
    visit: Visit, stage_origin: str, feedback: Feedback
) -> None:
    page = opened(visit(stage_origin))
    for question, include in (("whole", False), ("none", True)):
        ask(page, question)
        thumb(page, "This did not help").click()
        rating(page).get_by_label("Outdated").check()
        rating(page).get_by_label("In your own words, if you like").fill("It has <b>moved</b>.")
        if include:
            rating(page).get_by_label("Send the question and the answer along").check()
        rating(page).get_by_role("button", name="Send").click()
        expect(rating(page)).to_have_text(THANKS)
    said = (Rating.WRONG, "It has <b>moved</b>.")
    assert sorted(opinions(feedback), key=lambda opinion: opinion.question or "") == [
        Opinion(*said, None, None, FeedbackReason.OUTDATED),
        Opinion(*said, "none", NO_ANSWER, FeedbackReason.OUTDATED),
    ]


def test_the_keyboard_alone_rates_and_thinks_better_of_it(visit: Visit, stage_origin: str, feedback: Feedback) -> None:
    page = opened(visit(stage_origin))
    ask(page, "whole")
    page.evaluate(COUNT_ANNOUNCEMENTS)
    thumb(page, "This did not help").press("Enter")
    assert page.evaluate(FOCUSED) == "LEGEND"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(rating(page).get_by_label("Wrong source")).to_be_checked()
    rating(page).get_by_role("button", name="Cancel").press("Enter")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.textContent").endswith("This did not help")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    rating(page).get_by_role("button", name="Send").press("Enter")
    expect(rating(page)).to_have_text(THANKS)
    assert opinions(feedback) == [Opinion(Rating.WRONG, reason=FeedbackReason.WRONG_FACT)]
    assert page.evaluate("window.announcements") == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_form_is_for_everybody(visit: Visit, stage_origin: str, language: str) -> None:
    page = opened(visit(stage_origin), language)
    ask(page, "whole")
    rating(page).locator("button").nth(1).click()
    assert violations(page) == []
    assert [found for found in page.evaluate(TARGETS) if found[1] < 24] == []
    page.set_viewport_size({"width": 320, "height": 568})
    assert page.evaluate(OVERFLOWS) == [False, False, []]


def test_what_could_not_be_sent_stays_and_goes_with_the_next_try(
    visit: Visit, stage_origin: str, feedback: Feedback
) -> None:
    visitor = visit(stage_origin)
    page = opened(visitor)
    ask(page, "whole")
    thumb(page, "This did not help").click()
    rating(page).get_by_label("Unsafe").check()
    page.route("**/v1/feedback", lambda route: route.fulfill(status=429, body="{}"), times=1)
    rating(page).get_by_role("button", name="Send").click()
    expect(rating(page).locator(".error")).to_contain_text("Too many")
    assert page.evaluate(FOCUSED) == "notice error"
    # A session that has run out meanwhile is replaced.
    page.route("**/v1/feedback", lambda route: route.fulfill(status=401, body="{}"), times=1)
    rating(page).get_by_role("button", name="Send").click()
    expect(rating(page)).to_have_text(THANKS)
    assert opinions(feedback) == [Opinion(Rating.WRONG, reason=FeedbackReason.UNSAFE)]
    visitor.faults = [fault for fault in visitor.faults if "429" not in fault and "401" not in fault]


def test_an_answer_is_still_announced_twice(visit: Visit, stage_origin: str) -> None:
    page = opened(visit(stage_origin))
    page.evaluate(COUNT_ANNOUNCEMENTS)
    ask(page, "whole")
    expect(rating(page).get_by_role("button")).to_have_count(2)
    announced = page.evaluate("window.announcements")
    assert len(announced) <= MOST_ANNOUNCEMENTS
    assert FIRST in announced[-1]
