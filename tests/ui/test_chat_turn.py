"""What the chat says when a question cannot be answered at all."""

from __future__ import annotations

import logging
from typing import NoReturn

import pytest

from assistant.assistant import Assistant
from assistant.messages import message
from index.errors import LibraryDamaged
from index.hit import EVERYTHING
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
