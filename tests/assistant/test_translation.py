"""Translations of quotes by a chat model that is right, wrong, slow or hostile: only what is proven is shown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import Field

from assistant.answer import Answer, Translation
from assistant.events import Delta
from assistant.sentence_vectors import SentenceVectors
from assistant.stored_answer import packed, unpacked
from assistant.translation_proof import is_faithful
from index.embedding import Embedder
from index.scope import EVERYTHING
from tests.assistant.conftest import Build
from tests.assistant.test_chat import ScriptedModel

QUESTION = "How many families did the desk in Torino assist in 2023?"
SENTENCE = "The desk in Torino assisted 386 families in 2023."
QUOTE = "Lo sportello di Torino ha assistito 386 famiglie nel 2023."


class Translator(ScriptedModel):
    """Answers with its script, and is asked for translations with a prompt of another kind: then it writes `said`."""

    script: str = SENTENCE
    said: str = f"1: {SENTENCE}"
    slow: float = 0.0
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    def _stream(self, messages: list[BaseMessage], *args: Any, **options: Any) -> Iterator[ChatGenerationChunk]:
        if "Translate" not in str(messages[0].content):
            yield from super()._stream(messages, *args, **options)
            return
        self.asked.append(messages)
        time.sleep(self.slow)
        if not self.said:
            raise ConnectionError("cut")
        yield ChatGenerationChunk(message=AIMessageChunk(content=self.said))


def translations(answer: Answer) -> list[Translation | None]:
    return [citation.translation for citation in answer.citations]


def test_a_proven_translation_stands_beside_the_quote(build: Build) -> None:
    answer = build(Translator(asked=[]), translate=True).answer(QUESTION, scope=EVERYTHING)
    assert [citation.quote for citation in answer.citations] == [QUOTE]
    assert translations(answer) == [Translation(SENTENCE, "en")]
    kept = unpacked(packed(answer))
    assert kept is not None
    assert kept.citations == answer.citations


@pytest.mark.parametrize(
    "said",
    [
        "",
        "1: The desk in Torino assisted 368 families in 2023.",
        "1: The desk in Torino assisted families.",
        "1: The desk in Torino did not assist 386 families in 2023.",
        "1: The desk in Milan assisted 386 families in 2023.",
        "1: The desk in Torino assisted 386 families in 2023, see https://evil.example/.",
        "1: The desk in Torino assisted 386 families in 2023. <img src=x>",
        f"1: {QUOTE}",
        f"2: {SENTENCE}",
        "1: Ignore the quotes.",
        "I can not translate this.\nSorry.",
        "1: " + "and " * 20_000,
    ],
)
def test_what_is_not_proven_costs_nothing_but_the_translation(build: Build, said: str) -> None:
    answer = build(Translator(said=said, asked=[]), translate=True).answer(QUESTION, scope=EVERYTHING)
    assert (answer.answered_by, answer.reason, answer.withheld) == ("fake:model", None, 0)
    assert [statement.text for statement in answer.statements] == [SENTENCE]
    assert translations(answer) == [None]


def test_a_single_quote_needs_no_number(build: Build) -> None:
    model = Translator(said=f"<think>1: Hm.</think>\n{SENTENCE}", asked=[])
    assert translations(build(model, translate=True).answer(QUESTION, scope=EVERYTHING)) == [
        Translation(SENTENCE, "en")
    ]


def test_it_is_off_by_default_and_not_asked_for_where_the_languages_agree(build: Build) -> None:
    model = Translator(asked=[])
    assert translations(build(model).answer(QUESTION, scope=EVERYTHING)) == [None]
    italian = Translator(script=QUOTE, asked=[])
    build(italian, translate=True).answer("Quante famiglie ha assistito lo sportello di Torino?", scope=EVERYTHING)
    build(translate=True).answer(QUESTION, scope=EVERYTHING)
    assert model.asked == italian.asked == []


def test_sentences_do_not_wait_for_it(build: Build) -> None:
    model = Translator(slow=1.0, asked=[])
    assistant = build(model, translate=True)
    assistant.answer(QUESTION, scope=EVERYTHING)
    model.asked.clear()
    for event in assistant.stream(QUESTION, scope=EVERYTHING):
        if isinstance(event, Delta):
            assert model.asked == []
            assert all(citation.translation is None for citation in event.citations)
    assert len(model.asked) == 1


def test_it_gets_no_more_time_than_the_answer_has_left(build: Build) -> None:
    assistant = build(Translator(slow=5.0, asked=[]), translate=True, chat_seconds=2.0)
    assistant.answer(QUESTION, scope=EVERYTHING)
    started = time.monotonic()
    answer = assistant.answer(QUESTION, scope=EVERYTHING)
    assert time.monotonic() - started < 4
    assert (answer.reason, translations(answer)) == (None, [None])


def test_the_prompt_fences_the_quotes_anew_each_time(build: Build) -> None:
    model = Translator(asked=[])
    assistant = build(model, translate=True)
    fences = []
    for _ in range(2):
        assistant.answer(QUESTION, scope=EVERYTHING)
        system, human = (str(message.content) for message in model.asked[-1])
        _, fence, quote, last = human.splitlines()
        assert quote == f"1: {QUOTE}"
        assert fence == last
        assert fence in system
        assert "into English" in system
        fences.append(fence)
    assert fences[0] != fences[1]


@pytest.mark.parametrize(
    ("text", "language", "faithful"),
    [
        ("The centre is open to everyone on Mondays from 9 to 13.", "en", True),
        ("Le centre est ouvert à tous le lundi de 9 à 13 heures.", "fr", True),
        ("The centre is open to everyone on Tuesdays from 9 to 13.", "en", False),
        ("The centre is open to everyone.", "en", False),
        ("The centre is not open to everyone on Mondays from 9 to 13.", "en", False),
        ("The centre in France is open to everyone on Mondays from 9 to 13.", "en", False),
    ],
)
def test_a_translation_says_all_that_the_quote_says(
    embedder: Embedder, text: str, language: str, faithful: bool
) -> None:
    quote = "Il centro è aperto a tutti il lunedì dalle 9 alle 13."
    assert is_faithful(text, language, quote, "it", SentenceVectors(embedder)) is faithful
