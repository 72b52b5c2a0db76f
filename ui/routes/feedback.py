"""Feedback on answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.access import Caller
from assistant.answer import Answer
from assistant.dialogue import Dialogue
from assistant.feedback import Opinion, Source, Via
from assistant.still_shown import StillShown
from index.errors import NotFound
from ui.auditing import ActorDep
from ui.bodies.feedback import FeedbackBody, FeedbackListBody
from ui.bodies.problem import problem_responses
from ui.callers import AssistantDep, CallerDep, DialogueDep, FeedbackDep, StaffDep
from ui.cursor import Cursor, Limit, divided, time_cursor, time_place
from ui.limits import CountedCall

router = APIRouter(tags=["feedback"])


@router.post(
    "/v1/feedback",
    status_code=204,
    dependencies=[CountedCall],
    responses=problem_responses(401, 403, 404, 413, 422, 429, 503, 507),
    summary="Say what you think of an answer",
)
def send_feedback(sent: FeedbackBody, feedback: FeedbackDep, dialogue: DialogueDep, caller: CallerDep) -> None:
    """Keep the rating and the comment, and the question or the answer only if that is asked for: nothing of the sender.

    From a conversation the answer is kept as the sender may see it now.
    """
    question, given = sent.question, None
    if sent.conversation_id is not None:
        question, given = _from_conversation(sent.conversation_id, sent.turn, dialogue, caller)
    opinion = Opinion(
        sent.rating, sent.comment, question if sent.include_question else None,
        sent.answer if sent.include_answer else None, sent.reason, given if sent.include_answer else None,
    )  # fmt: skip
    via = Via(Source.WIDGET, caller.site.id) if caller.site else Via()
    feedback.add(opinion, caller.scope, via)


@router.get(
    "/v1/feedback",
    responses=problem_responses(401, 403, 422, 503),
    summary="Read the feedback",
)
def list_feedback(
    feedback: FeedbackDep, assistant: AssistantDep, caller: StaffDep, limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Cursor, Query()] = None,
) -> FeedbackListBody:  # fmt: skip
    """For staff: the newest, newest first, of people who could see no document that the caller may not see.

    Of answers only what is still in the documents.
    """
    stored, last = divided(feedback.newest(limit + 1, caller.scope, time_place("feedback", cursor)), limit)
    still = StillShown(assistant.index.library, caller.scope)
    return FeedbackListBody.of(stored, still, time_cursor("feedback", last.created_at, last.id) if last else None)


@router.delete(
    "/v1/feedback/{feedback_id}",
    status_code=204,
    responses=problem_responses(401, 403, 404, 422, 503, 507),
    summary="Delete feedback",
)
def remove_feedback(feedback_id: str, feedback: FeedbackDep, caller: StaffDep, actor: ActorDep) -> None:
    """For staff, once it has been dealt with."""
    feedback.remove(feedback_id, caller.scope, actor)


def _from_conversation(
    conversation_id: str, number: int | None, dialogue: Dialogue, caller: Caller
) -> tuple[str, Answer | None]:
    _, turns = dialogue.shown(conversation_id, caller)
    chosen = [turn for turn in turns if number is None or turn.number == number]
    if not chosen:
        raise NotFound("There is no such question in this conversation.")
    return chosen[-1].turn.question, chosen[-1].answer
