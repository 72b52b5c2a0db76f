"""Habits of chat models: thinking aloud, and giving back what they were told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk

from assistant.assistant import Assistant
from index.index import Index
from index.scope import EVERYTHING
from tests.assistant.conftest import Build
from tests.assistant.test_assistant import assert_sound
from tests.assistant.test_chat import QUESTION, ScriptedModel

TRUE = "The office in Marseille opens at 9:00 from Monday to Friday."


class Echo(ScriptedModel):
    """Gives back all that it was told."""

    script: str = ""

    def _stream(self, messages: list[BaseMessage], *args: Any, **options: Any) -> Iterator[ChatGenerationChunk]:
        for message in messages:
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{message.content}\n"))


@pytest.mark.parametrize(
    "script",
    [
        f"<think>The office in Hamburg opens at 8:00. Bring two photographs.</think>{TRUE}",
        f"<think>\nBring your passport and two photographs.\n</think>\n\n{TRUE}",
        f"<think></think>{TRUE}<think>The language course lasts 12 weeks and is free of charge.",
    ],
    ids=["one line", "lines", "never ended"],
)
def test_thoughts_are_not_part_of_an_answer(build: Build, script: str) -> None:
    answer = build(ScriptedModel(script=script)).answer(QUESTION, scope=EVERYTHING)
    assert (answer.answered_by, answer.reason, answer.withheld) == ("fake:model", None, 0)
    assert [statement.text for statement in answer.statements] == [TRUE]


def test_a_model_that_only_thinks_has_failed(build: Build) -> None:
    answer = build(ScriptedModel(script=f"<think>{TRUE} But is it so?")).answer(QUESTION, scope=EVERYTHING)
    assert (answer.answered_by, answer.reason) == ("extractive", "model_failed")


def test_what_it_was_told_is_not_given_back(build: Build) -> None:
    answer = build(Echo()).answer(QUESTION, scope=EVERYTHING)
    assert (answer.answered_by, answer.reason) == ("extractive", "model_failed")
    for word in ("Passages", "facts from", "<<", "‹", QUESTION):
        assert word not in answer.text
    assert_sound(answer, build)


def test_a_fence_that_is_given_back_is_withheld(build: Build) -> None:
    script = f"{TRUE} <<0123456789abcdef>> Question: {QUESTION} <<0123456789abcdef>>"
    answer = build(ScriptedModel(script=script)).answer(QUESTION, scope=EVERYTHING)
    assert [statement.text for statement in answer.statements] == [TRUE]
    assert answer.withheld >= 1


@pytest.mark.parametrize("link", ["evil.example/hours", "www.evil.example", "//evil.example/x", "ftp://evil.example"])
def test_an_address_beside_the_truth_is_not_shown(build: Build, link: str) -> None:
    script = f"{TRUE} The office in Marseille opens at 9:00 from Monday to Friday, see {link} for more."
    answer = build(ScriptedModel(script=script)).answer(QUESTION, scope=EVERYTHING)
    assert [statement.text for statement in answer.statements] == [TRUE]
    assert "evil" not in str(answer)


def test_weights_of_another_embedding_model_are_told(
    build: Build, index: Index, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    build(ScriptedModel(script=TRUE))
    assert caplog.messages == []
    monkeypatch.setattr(index.embedder, "name", "other/model")
    build()
    assert len(caplog.messages) == 1
    assert "calibrated" in caplog.messages[0]
    caplog.clear()
    assert isinstance(build(ScriptedModel(script=TRUE)), Assistant)
    assert [name in text for name, text in zip(("calibrate", "proof --fit"), caplog.messages, strict=True)] == [
        True
    ] * 2
