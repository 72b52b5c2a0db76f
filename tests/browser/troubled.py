"""The chat's page over an assistant that fails, dawdles, or quotes what would be markup, as the question says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NoReturn, cast

from fastapi import FastAPI

from assistant.access import STAFF
from assistant.answer import Answer, AnswerTimings, Citation, Notice, Reason, Statement, Suggestion, Translation
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.events import Delta, Sources
from assistant.feedback import Feedback
from assistant.messages import message
from index.database import open_database
from index.errors import ModelUnavailable, NotFound
from index.hit import Counts
from index.scope import Scope
from tests.browser.serving import served
from ui.chat import mount_chat

MARKUP = '<img src=x onerror="window.pwned=1"> [x](javascript:window.pwned=2) ![y](https://a.example/y.png) **b** $$z$$'
FRENCH = "Le guichet reçoit les familles chaque jeudi."
TRANSLATED = "The desk receives families every Thursday."
TIMINGS = AnswerTimings(0, 0, 0)
DRIP_SECONDS = 0.05
REASONS: dict[str, Reason] = {"nothing": "no_passage", "unclear": "weak_evidence"}


class Empty:
    """Stands in for an index that holds nothing to choose from, and for its library."""

    @property
    def library(self) -> Empty:
        return self

    def document(self, *_: object) -> NoReturn:
        raise NotFound("There is no such document.")

    def counts(self, _: Scope) -> Counts:
        return Counts(0, ())


class Troubled:
    """Stands in for the assistant; the question says what is to happen."""

    index = Empty()

    def stream(self, question: str, **_: object) -> Iterator[Sources | Delta | Answer]:
        if question in REASONS:
            yield Sources(())
            reason = REASONS[question]
            text = message(f"answer_{reason}", "en")
            yield Answer(question, "en", "no_answer", text, (), (), "extractive", reason, TIMINGS)
            return
        cited = _french() if question == "translate" else _markup()
        statement = Statement(cited.quote, (1,), 1.0)
        yield Sources((cited,))
        yield Delta(statement, (cited,))
        match question:
            case "refuse":
                raise ModelUnavailable("The model in /srv/secret cannot be read.")
            case "break":
                raise ZeroDivisionError("a detail that nobody may see")
            case "dawdle":
                time.sleep(12)
            case "drip":
                for number in range(200):
                    time.sleep(DRIP_SECONDS)
                    yield Delta(Statement(f"Sentence {number}.", (1,), 1.0), ())
        failed = question == "without model"
        warnings = (Notice("model_failed", (), message("answer_model_failed", "en")),) if failed else ()
        yield Answer(
            question, "en", "answered", statement.text, (statement,), (cited,), "extractive",
            "model_failed" if failed else None, TIMINGS, suggestions=(Suggestion("Who <b>may</b> come?", "en"),),
            warnings=warnings,
        )  # fmt: skip


def _markup() -> Citation:
    url = '/documents/d?start=0&end=9#p0"><img src=x onerror=window.pwned=3>'
    return Citation(1, "d", "p", MARKUP, MARKUP, "en", 3, None, None, MARKUP, 0, len(MARKUP), url)


def _french() -> Citation:
    translation = Translation(TRANSLATED, "en")
    return Citation(
        1, "d", "p", "Guichet de Vellmar", "https://example.org/guichet", "fr", 7, None, date(2024, 3, 5), FRENCH, 0,
        len(FRENCH), "/documents/d?start=0&end=44#p0", "Ville de Vellmar", translation,
    )  # fmt: skip


@contextmanager
def troubled_chat(folder: Path) -> Iterator[tuple[str, Feedback]]:
    """Its address, and what is reported there."""
    app = FastAPI()
    app.add_api_route("/static/icon.svg", lambda: None)
    engine = open_database(folder / "data")
    feedback = Feedback(engine, days=1)
    dialogue = Dialogue(cast(Assistant, Troubled()), Conversations(engine, days=1, answer_seconds=60))
    with served(mount_chat(app, dialogue, feedback, lambda _: STAFF)) as address:
        yield address, feedback
    engine.dispose()
