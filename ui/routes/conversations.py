"""Conversations, for those who hold them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from ui.bodies.conversation import ConversationBody, ConversationsBody
from ui.bodies.problem import problem_responses
from ui.callers import CallerDep, DialogueDep
from ui.cursor import Cursor, Limit, divided, time_cursor, time_place
from ui.request_log import log_id_of

router = APIRouter(tags=["conversations"])


@router.get("/v1/conversations", responses=problem_responses(401, 403, 422, 503), summary="List your conversations")
def list_conversations(
    dialogue: DialogueDep, caller: CallerDep, limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Cursor, Query()] = None,
) -> ConversationsBody:  # fmt: skip
    """Those held with this credential, the last used first. `POST /v1/ask` begins one."""
    place = time_place("conversations", cursor)
    held, last = divided(dialogue.conversations.of(caller, limit=limit + 1, place=place), limit)
    return ConversationsBody.of(held, time_cursor("conversations", last.used_at, last.id) if last else None)


@router.get(
    "/v1/conversations/{conversation_id}",
    responses=problem_responses(401, 403, 404, 422, 503),
    summary="Read a conversation",
)
def read_conversation(conversation_id: str, dialogue: DialogueDep, caller: CallerDep) -> ConversationBody:
    """Questions and answers. Sentences whose source was changed, removed, or made internal since are left out."""
    return ConversationBody.of(*dialogue.shown(conversation_id, caller))


@router.delete(
    "/v1/conversations/{conversation_id}",
    status_code=204,
    responses=problem_responses(401, 403, 404, 422, 503, 507),
    summary="Delete a conversation",
)
def remove_conversation(conversation_id: str, request: Request, dialogue: DialogueDep, caller: CallerDep) -> None:
    """It is gone at once, with its questions and answers."""
    dialogue.conversations.remove(conversation_id, caller, log_id_of(request.scope))


@router.delete(
    "/v1/conversations",
    status_code=204,
    responses=problem_responses(401, 403, 503, 507),
    summary="Delete all your conversations",
)
def remove_conversations(request: Request, dialogue: DialogueDep, caller: CallerDep) -> None:
    """Those held with this credential, and nobody else's."""
    dialogue.conversations.remove_all(caller, log_id_of(request.scope))
