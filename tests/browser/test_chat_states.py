"""The chat's page over an assistant that fails, dawdles, or quotes what would be markup."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assistant.feedback import Feedback, FeedbackReason, Opinion, Rating
from assistant.messages import message
from index.scope import EVERYTHING
from tests.browser.conftest import Visit
from tests.browser.troubled import MARKUP


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#ask").click()


def test_typed_error_is_told_without_paths_and_keeps_what_was_proven(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "refuse")
    expect(page.locator("#messages .md-error")).to_contain_text("The service cannot answer at the moment.")
    assert "/srv/secret" not in page.content()
    expect(page.locator("#messages .md-statement")).to_have_count(1)
    expect(page.locator("#ask")).to_be_enabled()


def test_unexpected_error_is_told_without_detail(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "break")
    expect(page.locator("#messages .md-error")).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()
    assert "a detail that" not in page.content()
    assert "Traceback" not in page.content()


def test_stop_ends_the_answer_and_keeps_what_was_proven(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "dawdle")
    expect(page.locator("#messages .md-statement")).to_have_count(1)
    page.locator("#stop").click()
    expect(page.locator("#ask")).to_be_enabled()
    expect(page.locator("#stop")).to_be_disabled()
    expect(page.locator("#messages .md-statement")).to_have_count(1)


def test_new_conversation_clears_messages_and_sources(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "anything")
    expect(page.locator("#sources li")).to_have_count(1)
    expect(page.locator("#ask")).to_be_enabled()
    page.locator("#new").click()
    expect(page.locator("#sources li")).to_have_count(0)
    expect(page.locator("#messages .md-statement")).to_have_count(0)


def test_markup_in_documents_questions_and_addresses_is_text(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, MARKUP)
    expect(page.locator("#messages .md-question")).to_have_text(MARKUP)
    expect(page.locator("#messages .md-statement")).to_have_text(f"{MARKUP} [1]")
    expect(page.locator("#sources blockquote")).to_have_text(MARKUP)
    assert page.evaluate("window.pwned") is None
    assert page.locator("#messages img, #sources img, #messages strong").count() == 0


@pytest.mark.parametrize(
    ("question", "state"),
    [("nothing", "no_passage"), ("unclear", "weak_evidence"), ("without model", "model_failed")],
)
def test_each_state_has_its_own_words(visit: Visit, troubled: str, question: str, state: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, question)
    reply = page.locator("#messages .bot")
    expect(reply).to_contain_text(message(f"chat_{state}", "en"))
    expect(reply).to_contain_text(message(f"answer_{state}", "en"))
    others = {"no_passage", "weak_evidence", "model_failed"} - {state}
    shown = reply.inner_text()
    assert [other for other in others if message(f"chat_{other}", "en") in shown] == []
    expect(page.locator("#messages .md-mark")).to_have_count(1 if state == "model_failed" else 0)


def test_lost_connection_and_unreachable_server_are_told_apart(visit: Visit, troubled: str) -> None:
    visitor = visit(troubled)
    page = visitor.open("/chat")
    expect(page.locator("#ask")).to_be_enabled()
    page.wait_for_function("window.missiondeskChat")
    page.wait_for_timeout(1000)  # until the page has its own words
    lost, unreachable = page.locator("[data-lost=offline]"), page.locator("[data-lost=unreachable]")
    visitor.context.set_offline(True)
    expect(lost).to_be_visible(timeout=1000)
    visitor.context.set_offline(False)
    expect(lost).to_be_hidden()
    page.route("**/gradio_api/queue/join**", lambda route: route.abort("connectionrefused"))
    ask(page, "anything")
    expect(unreachable).to_be_visible()
    expect(lost).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value("anything")
    # The browser reports the lost request itself.
    visitor.faults = [fault for fault in visitor.faults if "ERR_CONNECTION_REFUSED" not in fault]


def test_nothing_comes_half_a_second_after_stop(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "drip")
    expect(page.locator("#messages .md-statement").nth(5)).to_be_visible()
    page.evaluate("""() => {
      const stop = document.querySelector('#stop');
      stop.addEventListener('click', () => { window.stoppedAt = performance.now(); }, true);
      const count = () => document.querySelectorAll('#messages .md-statement').length;
      let last = count();
      new MutationObserver(() => {
        if (count() !== last) { last = count(); window.lastAt = performance.now(); }
      }).observe(document.querySelector('#messages'), { childList: true, subtree: true });
    }""")
    page.wait_for_timeout(300)
    page.locator("#stop").click()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.lastAt - window.stoppedAt") <= 500
    assert page.locator("#messages .md-statement").count() < 200
    expect(page.locator("#ask")).to_be_enabled()


def test_question_is_asked_again_or_edited(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, MARKUP)
    expect(page.locator("#messages .md-suggestion")).to_be_visible()
    expect(page.locator("#ask")).to_be_enabled()
    page.locator("#messages .md-edit").click()
    box = page.locator("#question textarea")
    expect(box).to_have_value(MARKUP)
    expect(box).to_be_focused()
    box.fill("")
    page.locator("#messages .md-retry").click()
    expect(page.locator("#messages .md-question")).to_have_text([MARKUP, MARKUP])
    expect(page.locator("#ask")).to_be_enabled()


def test_suggestion_is_asked_by_a_click(visit: Visit, troubled: str) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "anything")
    expect(page.locator("#ask")).to_be_enabled()
    page.get_by_role("button", name="Who <b>may</b> come?").click()
    expect(page.locator("#messages .md-question").last).to_have_text("Who <b>may</b> come?")
    expect(page.locator("#ask")).to_be_enabled()


def test_answer_is_copied_with_its_references(visit: Visit, troubled: str) -> None:
    visitor = visit(troubled)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("/chat")
    ask(page, "translate")
    expect(page.locator("#ask")).to_be_enabled()
    page.locator("#messages .md-mark").hover()  # an open card is no part of what was said
    page.locator("#messages .md-copy").click()
    expect(page.locator(".md-status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "Le guichet reçoit les familles chaque jeudi. [1]\n\n"
        "[1] Guichet de Vellmar, Ville de Vellmar, Mar 5, 2024, page 7, French\n"
        f"{troubled}/documents/d?start=0&end=44#p0\n"
        "“Le guichet reçoit les familles chaque jeudi.”"
    )


def test_report_is_kept_with_its_reason_and_only_what_was_sent_along(
    visit: Visit, troubled: str, reported: Feedback
) -> None:
    page = visit(troubled).open("/chat")
    ask(page, "translate")
    expect(page.locator("#ask")).to_be_enabled()
    page.get_by_role("button", name="Report a fault in this answer").click()
    expect(page.locator("#reason input[type=radio]")).to_have_count(len(FeedbackReason))
    page.locator("#send").click()
    expect(page.locator(".md-status")).to_have_text("What is wrong?")
    for sent_along in (False, True):
        page.get_by_role("button", name="Report a fault in this answer").click()
        page.get_by_label("Unsafe").check()
        page.locator("#comment textarea, #comment input").fill("Closed since May.")
        if sent_along:
            page.get_by_label("Send the question and the answer along").check()
        page.locator("#send").click()
        expect(page.locator(".md-status")).to_have_text("Thank you. Your report is kept, without your name.")
        expect(page.locator("#send")).to_be_hidden()
    with_words, without = [item.opinion for item in reported.newest(2, EVERYTHING)]
    assert without == Opinion(Rating.WRONG, "Closed since May.", reason=FeedbackReason.UNSAFE)
    assert with_words.question == "translate"
