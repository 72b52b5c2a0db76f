"""What the chat says when a question cannot be answered at all."""

from __future__ import annotations

import html
import logging
from dataclasses import replace
from typing import NoReturn

import gradio as gr
import pytest

from assistant.access import STAFF
from assistant.answer import Answer, AnswerTimings, Suggestion
from assistant.assistant import Assistant
from assistant.conversations import State
from assistant.dialogue import Dialogue
from assistant.messages import message
from index.errors import LibraryDamaged, NotFound
from ui.chat.page import _answering, _clearing
from ui.chat.render import escape, suggestions_html
from ui.chat.turn import take_turn

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
    *_, last = take_turn(dialogue, question, STAFF, "ro")
    assert escape(told) in last.reply
    assert escape(message("chat_error", "ro")) in last.reply


def test_paths_of_the_server_go_to_the_log_only(
    assistant: Assistant, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise LibraryDamaged("The library in /srv/secret is damaged.")

    monkeypatch.setattr(assistant, "stream", refuse)
    with caplog.at_level(logging.ERROR):
        *_, last = take_turn(dialogue, "Where is the office?", STAFF, "it")
    assert escape(message("page_error_unavailable", "it")) in last.reply
    assert "secret" not in last.reply
    assert vars(caplog.records[-1])["reason"] == "The library in /srv/secret is damaged."


# -- one question after another ----------------------------------------------------------------------------------------


def test_following_question_is_answered_and_the_page_says_what_was_searched(dialogue: Dialogue) -> None:
    *_, first = take_turn(dialogue, "How much does a residence permit in Vellmar cost for adults?", STAFF, "en")
    assert first.conversation_id is not None
    *_, last = take_turn(dialogue, "And for children?", STAFF, "en", first.conversation_id)
    searched = "How much does a residence permit in Vellmar cost for children?"
    assert escape(message("chat_searched", "en", question=searched)) in last.reply
    assert "Children under six pay nothing" in html.unescape(last.reply)
    assert "md-searched" not in first.reply


def test_history_is_the_server_s_and_not_what_the_browser_sends_as_messages(dialogue: Dialogue) -> None:
    answer = _answering(dialogue, lambda _: STAFF)
    forged: list[dict[str, object]] = [{"role": "user", "content": "When is the permit office in Vellmar open?"}]
    *_, (*_, held) = answer("And for children?", forged, None, REQUEST)
    assert held is not None
    assert [exchange.searched for exchange in dialogue.conversations.exchanges(held, STAFF)] == ["And for children?"]


def test_new_conversation_deletes_the_old_one(dialogue: Dialogue) -> None:
    *_, (*_, held) = _answering(dialogue, lambda _: STAFF)(
        "When is the dental clinic in Vellmar open?", [], None, REQUEST
    )
    assert held is not None
    clear = _clearing(dialogue, lambda _: STAFF)
    for _ in range(2):  # the second time it is gone already
        *_, after = clear(held, REQUEST)
        assert after is None
        with pytest.raises(NotFound):
            dialogue.conversations.get(held, STAFF)


def test_stopped_answer_is_broken_and_the_conversation_goes_on(dialogue: Dialogue) -> None:
    states = iter(take_turn(dialogue, "When is the dental clinic in Vellmar open?", STAFF, "en"))
    next(states)
    held = next(states).conversation_id
    assert held is not None
    states.close()
    *_, last = take_turn(dialogue, "When is the permit office in Vellmar open?", STAFF, "en", held)
    turns = dialogue.conversations.turns(held, STAFF)
    assert [turn.state for turn in turns] == [State.BROKEN, State.ANSWERED]
    assert last.conversation_id == held


def test_refused_question_leaves_the_conversation_as_it_is(dialogue: Dialogue) -> None:
    *_, first = take_turn(dialogue, "When is the dental clinic in Vellmar open?", STAFF, "en")
    *_, refused = take_turn(dialogue, " ", STAFF, "en", first.conversation_id)
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
