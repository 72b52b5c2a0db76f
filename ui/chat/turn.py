"""One question and its answer, as the successive states of the page."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass, replace

from assistant.access import Caller
from assistant.answer import Answer, Citation, Statement
from assistant.dialogue import Dialogue
from assistant.events import Delta, Sources
from assistant.messages import message
from assistant.question import MAX_QUESTION
from index.errors import MissiondeskError, NotFound, TooBusy
from ui.chat.render import (
    error_html,
    no_answer_html,
    searched_html,
    statements_html,
    suggestions_html,
    warnings_html,
)
from ui.problems import problem_of

_log = logging.getLogger("missiondesk.errors")


@dataclass(frozen=True, slots=True)
class Turn:
    """What the page shows at one moment: the reply so far, its sources, and the message key of its status line.

    `conversation_id` is what the next question goes on with.
    """

    reply: str = ""
    citations: tuple[Citation, ...] = ()
    status: str | None = None
    conversation_id: str | None = None


def take_turn(
    dialogue: Dialogue, question: str, caller: Caller, language: str, conversation_id: str | None = None
) -> Generator[Turn]:
    """Ask, and yield the page's states until the answer is whole.

    `language` is the reader's, for what the page itself says; the answer's is found by the assistant. Without
    a `conversation_id` one is begun.
    An error of ours becomes the last state, in the reader's language; any other is left to the caller.
    """
    turn = Turn(status="chat_searching", conversation_id=conversation_id)
    statements: tuple[Statement, ...] = ()
    yield turn
    try:
        reply = dialogue.ask(question, caller, conversation_id=conversation_id, begin=True)
        turn = replace(turn, conversation_id=reply.conversation_id)
        for event in reply.events:
            match event:
                case Sources(citations=found):
                    turn = replace(turn, status="chat_checking" if found else "chat_searching")
                case Delta(statement=statement, citations=new):
                    statements += (statement,)
                    citations = turn.citations + new
                    turn = replace(turn, reply=statements_html(statements, citations), citations=citations)
                case Answer():
                    turn = _finished(event, turn)
            yield turn
    except MissiondeskError as error:
        # A conversation that has ended is not gone on with.
        kept = None if isinstance(error, NotFound) else turn.conversation_id
        yield replace(turn, reply=turn.reply + error_html(_told(error, language), language), conversation_id=kept)


def _told(error: MissiondeskError, language: str) -> str:
    """What the reader is told. The sentence of an error that may name paths goes to the log."""
    if not problem_of(error).told:
        _log.error("problem", extra={"code": error.code, "reason": error.message})
        return message("page_error_unavailable", language)
    if isinstance(error, TooBusy):
        return message("page_error_unavailable", language)
    if error.code == "question_too_long":
        return message("page_error_too_long", language, limit=MAX_QUESTION)
    return message("page_error_invalid", language)


def _finished(answer: Answer, turn: Turn) -> Turn:
    if answer.status == "no_answer":
        reply = searched_html(answer) + no_answer_html(answer) + suggestions_html(answer)
        return Turn(reply=reply, conversation_id=turn.conversation_id)
    said = statements_html(answer.statements, answer.citations) + warnings_html(answer)
    reply = searched_html(answer) + said + suggestions_html(answer)
    return Turn(reply=reply, citations=answer.citations, conversation_id=turn.conversation_id)
