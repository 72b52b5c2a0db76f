"""A server whose answers come in steps that a test decides on: the question says what happens."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import cast

from assistant.answer import Answer, AnswerTimings, Citation, Notice, Statement, Suggestion, Translation
from assistant.assistant import Assistant
from assistant.contact import Contact
from assistant.dialogue import Dialogue, Event, Reply
from assistant.events import Delta, Sources
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_access, open_feedback
from index.errors import ModelUnavailable
from tests.browser.attacks import ATTACKS
from tests.browser.serving import served
from ui.app import create_app

DESK = Contact("The desk of Calderra", phone="+39 06 1234", email="desk@calderra.example")
FIRST = "The office opens at nine."
SECOND = "يفتح المكتب يوم السبت أيضًا."
NO_ANSWER = "The documents say nothing of that."
_LONGEST_SECONDS = 15


class Stage(Dialogue):
    """`whole` answers at once, `pause` after `go` is set; `cut` ends and `break` fails after one sentence.

    `markup` has attacks in all that an answer has.
    """

    def __init__(self) -> None:
        self.go = threading.Event()
        self.left = threading.Event()
        """Set when an answer was given up before its end."""

    def ask(self, question: str, *_: object, **__: object) -> Reply:
        return Reply("0" * 32, self._events(question))

    def _events(self, question: str) -> Generator[Event]:
        if question == "markup":
            yield from _markup(question)
            return
        citations = (_citation(1, FIRST, "en"), _citation(2, SECOND, "ar"))
        yield Sources(citations)
        statements = (Statement(FIRST, (1,), 1.0), Statement(SECOND, (2,), 1.0))
        if question == "none":
            yield _answer(question, (), (), NO_ANSWER)
            return
        yield Delta(statements[0], citations[:1])
        match question:
            case "pause":
                self._wait()
            case "cut":
                return
            case "break":
                raise ModelUnavailable("The model in /srv/secret cannot be read.")
        yield Delta(statements[1], citations[1:])
        yield _answer(question, statements, citations, f"{FIRST} [1] {SECOND} [2]")

    def _wait(self) -> None:
        whole = False
        try:
            self.go.wait(_LONGEST_SECONDS)
            whole = True
        finally:
            if not whole:
                self.left.set()


@contextmanager
def staged(assistant: Assistant) -> Iterator[tuple[str, Stage]]:
    """Serve the widget and its demonstration page over a stage; gives the address and the stage."""
    settings = load_settings(contacts=[{"name": DESK.name, "phone": DESK.phone, "email": DESK.email}])
    told = Assistant(assistant.index, cast(Reader, None), settings)
    library = assistant.index.library
    app = create_app(told, open_access(settings, library), feedback=open_feedback(settings, library))
    stage = Stage()
    app.state.dialogue = stage
    with served(app) as address:
        yield address, stage


def _markup(question: str) -> Iterator[Event]:
    attack = " ".join(ATTACKS)
    plain = _citation(1, attack, "en")
    cited = replace(
        plain, title=attack, section=attack, url="javascript:window.pwned=1", translation=Translation(attack, "en")
    )
    statement = Statement(attack, (1,), 1.0)
    yield Sources((cited,))
    yield Delta(statement, (cited,))
    answer = _answer(question, (statement,), (cited,), attack)
    warnings, suggestions = (Notice("old_source", (1,), attack),), (Suggestion(attack, "en"),)
    yield replace(answer, searched=attack, warnings=warnings, suggestions=suggestions)


def _citation(number: int, quote: str, language: str) -> Citation:
    url = f"/documents/d{number}?start=0&end={len(quote)}#p0"
    day = date(2024, 3, 5)
    return Citation(number, f"d{number}", "p", f"Title {number}", "x", language, 3, None, day, quote, 0, 9, url)


def _answer(question: str, statements: tuple[Statement, ...], citations: tuple[Citation, ...], text: str) -> Answer:
    status, reason = ("answered", None) if statements else ("no_answer", "weak_evidence")
    return Answer(
        question, "en", status, text, statements, citations, "extractive", reason,  # type: ignore[arg-type]
        AnswerTimings(0, 0, 0), contacts=() if statements else (DESK,),
    )  # fmt: skip
