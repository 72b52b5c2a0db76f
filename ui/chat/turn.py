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
from ui.chat.render import answer_html, error_html, statements_html
from ui.chat.wishes import Wishes
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
    dialogue: Dialogue, question: str, caller: Caller, wishes: Wishes, conversation_id: str | None = None
) -> Generator[Turn]:
    """Ask as the reader wishes, and yield the page's states until the answer is whole.

    Without a `conversation_id` one is begun; the one that the wishes name is not gone on with.
    An error of ours becomes the last state, in the reader's language; any other is left to the caller.
    """
    turn = Turn(status="chat_searching", conversation_id=conversation_id)
    statements: tuple[Statement, ...] = ()
    yield turn
    try:
        reply = dialogue.ask(
            question, caller, conversation_id=conversation_id, begin=True, language=wishes.answer_language,
            filters=wishes.values.filters(),
        )  # fmt: skip
        turn = replace(turn, conversation_id=reply.conversation_id)
        for event in reply.events:
            match event:
                case Sources(citations=found):
                    turn = replace(turn, status="chat_checking" if found else "chat_searching")
                case Delta(statement=statement, citations=new):
                    statements += (statement,)
                    citations = turn.citations + new
                    said = statements_html(statements, citations, wishes.language)
                    turn = replace(turn, reply=said, citations=citations)
                case Answer():
                    turn = Turn(answer_html(event, wishes.language), event.citations, None, turn.conversation_id)
            yield turn
    except MissiondeskError as error:
        # A conversation that has ended is not gone on with.
        kept = None if isinstance(error, NotFound) else turn.conversation_id
        yield replace(turn, reply=turn.reply + _failed_html(error, wishes.language), conversation_id=kept)


def _failed_html(error: MissiondeskError, language: str) -> str:
    return error_html(_told(error, language), language)


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
