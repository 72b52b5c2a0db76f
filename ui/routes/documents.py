"""The library's documents."""

from __future__ import annotations

from fastapi import APIRouter

from assistant.witness import document_witness
from index.errors import AccessDenied
from ui.auditing import ActorDep
from ui.bodies.document import AmendmentBody, DocumentBody, DocumentsBody, DocumentSummaryBody
from ui.bodies.problem import problem_responses
from ui.callers import AssistantDep, CallerDep, StaffDep

router = APIRouter(tags=["documents"])


@router.get("/v1/documents", responses=problem_responses(401, 403, 503), summary="List the documents")
def list_documents(assistant: AssistantDep, caller: CallerDep) -> DocumentsBody:
    """All documents the caller may see, by title."""
    return DocumentsBody.of(assistant.documents(scope=caller.scope))


@router.get(
    "/v1/documents/{document_id}", responses=problem_responses(401, 403, 404, 422, 503), summary="Read a document"
)
def read_document(document_id: str, assistant: AssistantDep, caller: CallerDep) -> DocumentBody:
    """One document with its text. One the caller may not see is answered like one that does not exist."""
    return DocumentBody.model_validate(assistant.document(document_id, scope=caller.scope))


@router.patch(
    "/v1/documents/{document_id}",
    responses=problem_responses(401, 403, 404, 413, 422, 503, 507),
    summary="Change a document's audience, collection or title",
)
def amend_document(
    document_id: str, amendment: AmendmentBody, assistant: AssistantDep, caller: StaffDep, actor: ActorDep
) -> DocumentSummaryBody:
    """In force for every question that is asked afterwards. The title is what people are shown."""
    held = assistant.document(document_id, scope=caller.scope)
    if not caller.scope.admits(amendment.audience or held.audience, amendment.collection or held.collection):
        raise AccessDenied("You may not move documents to where you cannot see them.")
    assistant.index.library.amend(
        document_id, scope=caller.scope, audience=amendment.audience, collection=amendment.collection,
        title=amendment.title, witness=document_witness(actor),
    )  # fmt: skip
    return DocumentSummaryBody.model_validate(assistant.document(document_id, scope=caller.scope))


@router.delete(
    "/v1/documents/{document_id}",
    status_code=204,
    responses=problem_responses(401, 403, 404, 422, 503, 507),
    summary="Remove a document",
)
def remove_document(document_id: str, assistant: AssistantDep, caller: StaffDep, actor: ActorDep) -> None:
    """Remove it with its passages; no question that is asked afterwards is answered from it."""
    assistant.index.remove(document_id, scope=caller.scope, witness=document_witness(actor))
