"""Conversations, for those who hold them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from ui.bodies.conversation import ConversationBody, ConversationsBody
from ui.bodies.problem import problem_responses
from ui.callers import CallerDep, DialogueDep
from ui.cursor import Cursor, Limit, divided, time_cursor, time_place
from ui.exports.conversation import Writing, passages, title_of
from ui.exports.markdown import markdown
from ui.exports.word import word
from ui.languages import preferred_language
from ui.request_log import log_id_of

router = APIRouter(tags=["conversations"])

_WRITE = {Writing.MARKDOWN: markdown, Writing.WORD: word}
_MEDIA_TYPES = {
    Writing.MARKDOWN: "text/markdown; charset=utf-8",
    Writing.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_EXAMPLES = {
    Writing.MARKDOWN: "# Opening hours\n\n**When is the office open?**\n\nOn Tuesdays from nine to one. [1]\n",
    Writing.WORD: "(a Word document)",
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file in the format that was asked for",
        "content": {
            media.partition(";")[0]: {"schema": {}, "example": _EXAMPLES[writing]}
            for writing, media in _MEDIA_TYPES.items()
        },
    },
}


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


@router.get(
    "/v1/conversations/{conversation_id}/export",
    response_class=Response,
    responses={**_FILE, **problem_responses(401, 403, 404, 422, 503)},
    summary="Export a conversation",
)
def export_conversation(
    conversation_id: str, request: Request, dialogue: DialogueDep, caller: CallerDep,
    writing: Annotated[Writing, Query(alias="format", description="Markdown, or a Word document")],
) -> Response:  # fmt: skip
    """Questions, answers, and the references with their exact words, as `GET` of the conversation would show them."""
    conversation, turns = dialogue.shown(conversation_id, caller)
    site, language = str(request.base_url).rstrip("/"), preferred_language(request.headers.get("accept-language", ""))
    written = _WRITE[writing](title_of(conversation), passages(turns, site, language))
    name = f'attachment; filename="conversation.{writing.value}"'
    return Response(written, media_type=_MEDIA_TYPES[writing], headers={"Content-Disposition": name})


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
