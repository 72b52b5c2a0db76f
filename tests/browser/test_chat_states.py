"""The chat's page over an assistant that fails, dawdles, or quotes what would be markup."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import cast

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from assistant.access import STAFF
from assistant.answer import Answer, AnswerTimings, Citation, Statement
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.events import Delta, Sources
from assistant.feedback import Feedback
from index.database import open_database
from index.errors import ModelUnavailable
from index.hit import Counts, Scope
from tests.browser.conftest import Visit
from tests.browser.serving import served
from ui.chat import mount_chat

MARKUP = '<img src=x onerror="window.pwned=1"> [x](javascript:window.pwned=2) ![y](https://a.example/y.png) **b** $$z$$'


class Empty:
    """Stands in for an index that holds nothing to choose from."""

    def counts(self, _: Scope) -> Counts:
        return Counts(0, ())


class Troubled:
    """Stands in for the assistant; the question says what is to happen."""

    index = Empty()

    def stream(
        self, question: str, *, scope: Scope, **_: object
    ) -> Iterator[Sources | Delta | Answer]:
        url = '/documents/d?start=0&end=9#p0"><img src=x onerror=window.pwned=3>'
        citation = Citation(1, "d", "p", MARKUP, MARKUP, "en", 3, None, None, MARKUP, 0, len(MARKUP), url)
        statement = Statement(MARKUP, (1,), 1.0)
        yield Sources((citation,))
        yield Delta(statement, (citation,))
        match question:
            case "refuse":
                raise ModelUnavailable("The model in /srv/secret cannot be read.")
            case "break":
                raise ZeroDivisionError("a detail that nobody may see")
            case "dawdle":
                time.sleep(5)
        timings = AnswerTimings(0, 0, 0)
        yield Answer(question, "en", "answered", MARKUP, (statement,), (citation,), "extractive", None, timings)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = FastAPI()
    app.add_api_route("/static/icon.svg", lambda: None)
    engine = open_database(tmp_path_factory.mktemp("troubled") / "data")
    dialogue = Dialogue(cast(Assistant, Troubled()), Conversations(engine, days=1, answer_seconds=60))
    with served(mount_chat(app, dialogue, Feedback(engine, days=1), lambda _: STAFF)) as address:
        yield address
    engine.dispose()


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
    assert "detail" not in page.content()
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
