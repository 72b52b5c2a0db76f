"""The library's documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.witness import document_witness
from index.document import Document
from index.errors import AccessDenied
from ui.auditing import ActorDep
from ui.bodies.document import AmendmentBody, DocumentBody, DocumentsPageBody, DocumentSummaryBody
from ui.bodies.problem import NOT_MODIFIED, problem_responses
from ui.callers import AssistantDep, CallerDep, StaffDep
from ui.cursor import Cursor, Limit, divided, title_cursor, title_place
from ui.entity_tag import IfMatch, body_tag, check_match, tagged_json

router = APIRouter(tags=["documents"])


@router.get(
    "/v1/documents",
    response_model=DocumentsPageBody,
    responses={**NOT_MODIFIED, **problem_responses(401, 403, 422, 503)},
    summary="List the documents",
)
def list_documents(
    request: Request, assistant: AssistantDep, caller: CallerDep, limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Cursor, Query()] = None,
) -> Response:  # fmt: skip
    """The documents the caller may see, by title."""
    library, place = assistant.index.library, title_place("documents", cursor)
    documents, last = divided(library.documents(caller.scope, limit=limit + 1, behind=place), limit)
    bodies = [DocumentSummaryBody.model_validate(document) for document in documents]
    following = title_cursor("documents", last.title, last.id) if last else None
    total = library.count(caller.scope)
    return tagged_json(request, DocumentsPageBody(documents=bodies, total=total, next_cursor=following))


@router.get(
    "/v1/documents/{document_id}",
    response_model=DocumentBody,
    responses={**NOT_MODIFIED, **problem_responses(401, 403, 404, 422, 503)},
    summary="Read a document",
)
def read_document(document_id: str, request: Request, assistant: AssistantDep, caller: CallerDep) -> Response:
    """One document with its text. One the caller may not see is answered like one that does not exist.

    Its `ETag` changes with everything that is told of it; sent as `If-Match` it guards a change.
    """
    return tagged_json(request, DocumentBody.model_validate(assistant.document(document_id, scope=caller.scope)))


@router.patch(
    "/v1/documents/{document_id}",
    responses=problem_responses(401, 403, 404, 412, 413, 422, 503, 507),
    summary="Change a document's audience, collection or title",
)
def amend_document(
    document_id: str, amendment: AmendmentBody, assistant: AssistantDep, caller: StaffDep, actor: ActorDep,
    response: Response, if_match: IfMatch = None,
) -> DocumentSummaryBody:  # fmt: skip
    """In force for every question that is asked afterwards. The title is what people are shown."""
    held, seen = _held(document_id, if_match, assistant, caller)
    if not caller.scope.admits(amendment.audience or held.audience, amendment.collection or held.collection):
        raise AccessDenied("You may not move documents to where you cannot see them.")
    assistant.index.library.amend(
        document_id, scope=caller.scope, audience=amendment.audience, collection=amendment.collection,
        title=amendment.title, seen=seen, witness=document_witness(actor),
    )  # fmt: skip
    amended = DocumentBody.model_validate(assistant.document(document_id, scope=caller.scope))
    response.headers["ETag"] = body_tag(amended)
    return DocumentSummaryBody.model_validate(amended.model_dump(exclude={"text"}))


@router.delete(
    "/v1/documents/{document_id}",
    status_code=204,
    responses=problem_responses(401, 403, 404, 412, 422, 503, 507),
    summary="Remove a document",
)
def remove_document(
    document_id: str, assistant: AssistantDep, caller: StaffDep, actor: ActorDep, if_match: IfMatch = None
) -> None:
    """Remove it with its passages; no question that is asked afterwards is answered from it."""
    _, seen = _held(document_id, if_match, assistant, caller)
    assistant.index.remove(document_id, scope=caller.scope, seen=seen, witness=document_witness(actor))


def _held(
    document_id: str, if_match: str | None, assistant: Assistant, caller: Caller
) -> tuple[Document, Document | None]:
    """The document, and again for a change that is guarded; None where whoever asks did not say what they had read."""
    document = assistant.document(document_id, scope=caller.scope)
    check_match(if_match, body_tag(DocumentBody.model_validate(document)))
    return document, document if if_match is not None else None
