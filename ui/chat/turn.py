"""One question and its answer, as the successive states of the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Statement
from assistant.assistant import Assistant
from assistant.events import Delta, Sources
from assistant.exchange import Exchange
from assistant.messages import message
from assistant.question import MAX_QUESTION
from index.errors import MissiondeskError
from index.hit import Scope
from ui.chat.render import error_html, no_answer_html, searched_html, statements_html, warnings_html
from ui.problems import problem_of

_log = logging.getLogger("missiondesk.errors")


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page shows at one moment: the reply so far, its sources, and the message key of its status line.

    `exchange` is there once the answer is whole: what the next question may refer to.
    """

    reply: str = ""
    citations: tuple[Citation, ...] = ()
    status: str | None = None
    exchange: Exchange | None = None


def take_turn(
    assistant: Assistant, question: str, scope: Scope, language: str, previous: Sequence[Exchange] = ()
) -> Iterator[Turn]:
    """Ask, and yield the page's states until the answer is whole.

    `language` is the reader's, for what the page itself says; the answer's is found by the assistant. `previous` is
    what was asked before in this conversation.
    An error of ours becomes the last state, in the reader's language; any other is left to the caller.
    """
    turn = Turn(status="chat_searching")
    statements: tuple[Statement, ...] = ()
    yield turn
    try:
        for event in assistant.stream(question, scope=scope, previous=previous):
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
    exchange = Exchange.of(answer)
    if answer.status == "no_answer":
        return Turn(reply=searched_html(answer) + no_answer_html(answer), exchange=exchange)
    reply = searched_html(answer) + statements_html(answer.statements, answer.citations) + warnings_html(answer)
    return Turn(reply=reply, citations=answer.citations, exchange=exchange)
