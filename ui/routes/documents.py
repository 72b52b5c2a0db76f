"""The library's documents."""

from __future__ import annotations

from fastapi import APIRouter

from ui.bodies.document import DocumentBody, DocumentsBody
from ui.bodies.problem import problem_responses
from ui.callers import AssistantDep, CallerDep

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
