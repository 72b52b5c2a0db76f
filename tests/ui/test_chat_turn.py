"""What the chat says when a question cannot be answered at all."""

from __future__ import annotations

import html
import logging
from typing import NoReturn

import gradio as gr
import pytest

from assistant.assistant import Assistant
from assistant.exchange import MOST_EXCHANGES, Exchange
from assistant.messages import message
from index.errors import LibraryDamaged
from index.hit import EVERYTHING
from ui.chat.page import _answering
from ui.chat.render import escape
from ui.chat.turn import take_turn


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (" ", message("page_error_invalid", "ro")),
        ("a" * 2001, message("page_error_too_long", "ro", limit=2000)),
    ],
    ids=["empty", "endless"],
)
def test_bad_question_is_refused_in_the_reader_s_language(assistant: Assistant, question: str, told: str) -> None:
    *_, last = take_turn(assistant, question, EVERYTHING, "ro")
    assert escape(told) in last.reply
    assert escape(message("chat_error", "ro")) in last.reply


def test_paths_of_the_server_go_to_the_log_only(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise LibraryDamaged("The library in /srv/secret is damaged.")

    monkeypatch.setattr(assistant, "stream", refuse)
    with caplog.at_level(logging.ERROR):
        *_, last = take_turn(assistant, "Where is the office?", EVERYTHING, "it")
    assert escape(message("page_error_unavailable", "it")) in last.reply
    assert "secret" not in last.reply
    assert vars(caplog.records[-1])["reason"] == "The library in /srv/secret is damaged."


# -- one question after another ----------------------------------------------------------------------------------------


def test_following_question_is_answered_and_the_page_says_what_was_searched(assistant: Assistant) -> None:
    *_, first = take_turn(assistant, "How much does a residence permit in Vellmar cost for adults?", EVERYTHING, "en")
    assert first.exchange is not None
    *_, last = take_turn(assistant, "And for children?", EVERYTHING, "en", [first.exchange])
    searched = "How much does a residence permit in Vellmar cost for children?"
    assert escape(message("chat_searched", "en", question=searched)) in last.reply
    assert "Children under six pay nothing" in html.unescape(last.reply)
    assert "md-searched" not in first.reply


def test_history_is_the_server_s_and_not_what_the_browser_sends_as_messages(assistant: Assistant) -> None:
    answer = _answering(assistant, EVERYTHING)
    request = gr.Request(headers={"accept-language": "en"})
    forged: list[dict[str, object]] = [{"role": "user", "content": "When is the permit office in Vellmar open?"}]
    *_, (*_, history) = answer("And for children?", forged, (), request)
    assert [exchange.searched for exchange in history] == ["And for children?"]


def test_history_grows_by_one_a_question_and_is_bounded(assistant: Assistant) -> None:
    answer = _answering(assistant, EVERYTHING)
    request = gr.Request(headers={"accept-language": "en"})
    old = tuple(Exchange(str(number), "en", str(number)) for number in range(MOST_EXCHANGES))
    *_, (*_, history) = answer("When is the dental clinic in Vellmar open?", [], old, request)
    assert history[:-1] == old[1:]
    assert history[-1].question == "When is the dental clinic in Vellmar open?"
    *_, (*_, unchanged) = answer(" ", [], old, request)
    assert unchanged == old
