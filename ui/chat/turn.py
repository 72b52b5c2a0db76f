"""One question and its answer, as the successive states of the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Statement
from assistant.assistant import Assistant
from assistant.events import Delta, Sources
from assistant.messages import message
from assistant.question import MAX_QUESTION
from index.errors import MissiondeskError
from index.hit import Scope
from ui.chat.render import error_html, no_answer_html, statements_html
from ui.problems import problem_of

_log = logging.getLogger("missiondesk.errors")


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page shows at one moment: the reply so far, its sources, and the message key of its status line."""

    reply: str = ""
    citations: tuple[Citation, ...] = ()
    status: str | None = None


def take_turn(assistant: Assistant, question: str, scope: Scope, language: str) -> Iterator[Turn]:
    """Ask, and yield the page's states until the answer is whole.

    `language` is the reader's, for what the page itself says; the answer's is found by the assistant.
    An error of ours becomes the last state, in the reader's language; any other is left to the caller.
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
        yield Turn(reply=turn.reply + error_html(_told(error, language), language), citations=turn.citations)


def _told(error: MissiondeskError, language: str) -> str:
    """What the reader is told. The sentence of an error that may name paths goes to the log."""
    if not problem_of(error).told:
        _log.error("problem", extra={"code": error.code, "reason": error.message})
        return message("page_error_unavailable", language)
    if error.code == "question_too_long":
        return message("page_error_too_long", language, limit=MAX_QUESTION)
    return message("page_error_invalid", language)


def _finished(answer: Answer) -> Turn:
    if answer.status == "no_answer":
        return Turn(reply=no_answer_html(answer))
    return Turn(reply=statements_html(answer.statements, answer.citations), citations=answer.citations)
