"""One question and its answer, as the successive states of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Statement
from assistant.assistant import Assistant
from assistant.events import Delta, Sources
from index.errors import MissiondeskError
from index.hit import Scope
from ui.chat.render import error_html, no_answer_html, statements_html


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page shows at one moment: the reply so far, its sources, and the message key of its status line."""

    reply: str = ""
    citations: tuple[Citation, ...] = ()
    status: str | None = None


def take_turn(assistant: Assistant, question: str, scope: Scope, language: str) -> Iterator[Turn]:
    """Ask, and yield the page's states until the answer is whole.

    `language` is the reader's, for what the page itself says; the answer's is found by the assistant.
    An error that has a sentence for people becomes the last state; any other is left to the caller.
    """
    turn = Turn(status="chat_searching")
    statements: tuple[Statement, ...] = ()
    yield turn
    try:
        for event in assistant.stream(question, scope=scope):
            match event:
                case Sources(citations=found):
                    turn = replace(turn, status="chat_checking" if found else "chat_searching")
                case Delta(statement=statement, citations=new):
                    statements += (statement,)
                    citations = turn.citations + new
                    turn = replace(turn, reply=statements_html(statements, citations), citations=citations)
                case Answer():
                    turn = _finished(event)
            yield turn
    except MissiondeskError as error:
        yield Turn(reply=turn.reply + error_html(error.message, language), citations=turn.citations)


def _finished(answer: Answer) -> Turn:
    if answer.status == "no_answer":
        return Turn(reply=no_answer_html(answer))
    return Turn(reply=statements_html(answer.statements, answer.citations), citations=answer.citations)
