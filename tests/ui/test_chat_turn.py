"""What the chat says when a question cannot be answered at all."""

from __future__ import annotations

import html
import inspect
import logging
from dataclasses import replace
from typing import NoReturn

import gradio as gr
import pytest
from gradio.queueing import Queue
from starlette.requests import Request

from assistant.access import STAFF
from assistant.answer import Answer, AnswerTimings, Suggestion
from assistant.assistant import Assistant
from assistant.conversations import State
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.messages import message
from index.errors import LibraryDamaged
from ui.chat.escaping import escape
from ui.chat.page import Desk, answering, begun
from ui.chat.render import suggestions_html
from ui.chat.turn import take_turn
from ui.chat.wishes import Wishes
from ui.filters import FilterValues

REQUEST = gr.Request(headers={"accept-language": "en"})


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (" ", message("page_error_invalid", "ro")),
        ("a" * 2001, message("page_error_too_long", "ro", limit=2000)),
    ],
    ids=["empty", "endless"],
)
def test_bad_question_is_refused_in_the_reader_s_language(dialogue: Dialogue, question: str, told: str) -> None:
    *_, last = take_turn(dialogue, question, STAFF, Wishes("ro"))
    assert escape(told) in last.reply
    assert escape(message("chat_error", "ro")) in last.reply


def test_paths_of_the_server_go_to_the_log_only(
    assistant: Assistant, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise LibraryDamaged("The library in /srv/secret is damaged.")

    monkeypatch.setattr(assistant, "stream", refuse)
    with caplog.at_level(logging.ERROR):
        *_, last = take_turn(dialogue, "Where is the office?", STAFF, Wishes("it"))
    assert escape(message("page_error_unavailable", "it")) in last.reply
    assert "secret" not in last.reply
    assert vars(caplog.records[-1])["reason"] == "The library in /srv/secret is damaged."


# -- one question after another ----------------------------------------------------------------------------------------


def test_following_question_is_answered_and_the_page_says_what_was_searched(dialogue: Dialogue) -> None:
    *_, first = take_turn(dialogue, "How much does a residence permit in Vellmar cost for adults?", STAFF, Wishes("en"))
    assert first.conversation_id is not None
    *_, last = take_turn(dialogue, "And for children?", STAFF, Wishes("en"), first.conversation_id)
    searched = "How much does a residence permit in Vellmar cost for children?"
    assert escape(message("chat_searched", "en", question=searched)) in last.reply
    assert "Children under six pay nothing" in html.unescape(last.reply)
    assert "md-searched" not in first.reply


def test_history_is_the_server_s_and_not_what_the_browser_sends_as_messages(
    dialogue: Dialogue, feedback: Feedback
) -> None:
    answer = answering(Desk(dialogue, feedback, lambda _: STAFF))
    forged: list[dict[str, object]] = [{"role": "user", "content": "When is the permit office in Vellmar open?"}]
    *_, (*_, held, shown_id) = answer("And for children?", forged, None, REQUEST)
    assert held == shown_id
    assert held is not None
    assert [exchange.searched for exchange in dialogue.conversations.exchanges(held, STAFF)] == ["And for children?"]


def test_new_conversation_leaves_the_old_one_in_the_list(dialogue: Dialogue) -> None:
    *_, last = take_turn(dialogue, "When is the dental clinic in Vellmar open?", STAFF, Wishes("en"))
    *_, held, shown_id = begun(REQUEST)
    assert (held, shown_id) == (None, "")
    assert last.conversation_id is not None
    assert dialogue.conversations.get(last.conversation_id, STAFF).turns == 1


def test_answer_is_restricted_to_what_is_filtered_and_says_so(dialogue: Dialogue) -> None:
    question = "When is the permit office in Vellmar open?"
    for collection, status in (("public", "Tuesdays"), ("internal", message("chat_weak_evidence", "en"))):
        wishes = Wishes("fr", values=FilterValues(collection=[collection]))
        *_, last = take_turn(dialogue, question, STAFF, wishes)
        shown = html.unescape(last.reply)
        assert status in shown or message("chat_no_passage", "en") in shown
        assert ("Tuesdays" in shown) == (collection == "public")
        assert message("chat_filtered", "fr", filters=f"Collection: {collection}") in shown


def test_filter_that_nothing_can_fit_is_refused(dialogue: Dialogue) -> None:
    *_, last = take_turn(dialogue, "When?", STAFF, Wishes("en", values=FilterValues(year=["soon"])))
    assert escape(message("page_error_invalid", "en")) in last.reply


def test_answer_is_in_the_language_that_the_person_wishes(dialogue: Dialogue) -> None:
    *_, last = take_turn(dialogue, "What is the capital of Peru?", STAFF, Wishes("en", "it"))
    assert message("answer_weak_evidence", "it") in html.unescape(last.reply) or message(
        "answer_no_passage", "it"
    ) in html.unescape(last.reply)


def test_stopped_answer_is_broken_and_the_conversation_goes_on(dialogue: Dialogue) -> None:
    states = iter(take_turn(dialogue, "When is the dental clinic in Vellmar open?", STAFF, Wishes("en")))
    next(states)
    held = next(states).conversation_id
    assert held is not None
    states.close()
    *_, last = take_turn(dialogue, "When is the permit office in Vellmar open?", STAFF, Wishes("en"), held)
    turns = dialogue.conversations.turns(held, STAFF)
    assert [turn.state for turn in turns] == [State.BROKEN, State.ANSWERED]
    assert last.conversation_id == held


def test_refused_question_leaves_the_conversation_as_it_is(dialogue: Dialogue) -> None:
    *_, first = take_turn(dialogue, "When is the dental clinic in Vellmar open?", STAFF, Wishes("en"))
    *_, refused = take_turn(dialogue, " ", STAFF, Wishes("en"), first.conversation_id)
    assert refused.conversation_id == first.conversation_id


def test_suggestions_are_shown_as_text() -> None:
    timings = AnswerTimings(0, 0, 0)
    found = (Suggestion("Who <b>may</b> come?", "en"),)
    answer = Answer("q", "it", "no_answer", "No.", (), (), "extractive", "no_passage", timings, None, found)
    shown = suggestions_html(answer)
    assert escape(message("chat_next", "it")) in shown
    assert "<b>" not in shown
    assert "Who <b>may</b> come?" in html.unescape(shown)
    assert suggestions_html(replace(answer, suggestions=())) == ""


def test_conversation_that_another_server_has_opened_is_gone_on_with_by_its_owner(
    dialogue: Dialogue, feedback: Feedback
) -> None:
    """The page was another server's; its address names what is open, and this process holds nothing of it."""
    *_, first = take_turn(dialogue, "How much does a residence permit in Vellmar cost for adults?", STAFF, Wishes("en"))
    scope = {"type": "http", "query_string": f"conversation={first.conversation_id}".encode(), "headers": []}
    request = gr.Request(request=Request({**scope, "path": "/chat", "server": ("localhost", 80), "scheme": "http"}))
    other = replace(STAFF, owner="key:other")
    for caller, same in ((STAFF, True), (other, False)):
        answer = answering(Desk(dialogue, feedback, lambda _, caller=caller: caller))  # type: ignore[misc]
        *_, (*_, held, _) = answer("And for children?", [], None, request)
        assert (held == first.conversation_id) is same


@pytest.mark.parametrize("name", ["sleep_when_free", "progress_update_sleep_when_free"])
def test_what_lets_an_idle_queue_rest_is_still_what_gradio_goes_by(name: str) -> None:
    """`ui.chat.page` sets it, since there is no setting; under another name that would do nothing, unseen."""
    assert f"asyncio.sleep(self.{name})" in inspect.getsource(Queue)
