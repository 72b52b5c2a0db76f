"""Feedback on answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from assistant.access import Caller
from assistant.dialogue import Dialogue
from assistant.feedback import Opinion
from index.errors import NotFound
from ui.auditing import ActorDep
from ui.bodies.feedback import FeedbackBody, FeedbackListBody
from ui.bodies.problem import problem_responses
from ui.callers import CallerDep, DialogueDep, FeedbackDep, StaffDep
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
    question, answer = sent.question, sent.answer
    if sent.conversation_id is not None:
        question, answer = _from_conversation(sent.conversation_id, sent.turn, dialogue, caller)
    feedback.add(
        Opinion(
            sent.rating, sent.comment, question if sent.include_question else None,
            answer if sent.include_answer else None, sent.reason,
        ),
        caller.scope,
    )  # fmt: skip


@router.get(
    "/v1/feedback",
    responses=problem_responses(401, 403, 422, 503),
    summary="Read the feedback",
)
def list_feedback(
    feedback: FeedbackDep, caller: StaffDep, limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Cursor, Query()] = None,
) -> FeedbackListBody:  # fmt: skip
    """For staff: the newest, newest first, of people who could see no document that the caller may not see."""
    stored, last = divided(feedback.newest(limit + 1, caller.scope, time_place("feedback", cursor)), limit)
    return FeedbackListBody.of(stored, time_cursor("feedback", last.created_at, last.id) if last else None)


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
) -> tuple[str, str | None]:
    _, turns = dialogue.shown(conversation_id, caller)
    chosen = [turn for turn in turns if number is None or turn.number == number]
    if not chosen:
        raise NotFound("There is no such question in this conversation.")
    answer = chosen[-1].answer
    return chosen[-1].turn.question, answer.text if answer else None
