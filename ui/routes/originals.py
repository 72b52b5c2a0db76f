"""The originals of documents: the file itself, and its pages as pictures, for those who may read the document."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import FileResponse, Response

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.event import Action, Event
from index.document import Audience, Document, Original
from index.errors import NotFound
from index.originals import Originals
from ingest.pictures import Pictures
from ui.auditing import ActorDep, AuditDep
from ui.callers import AssistantDep, CallerDep
from ui.document_page import LARGE, SMALL
from ui.entity_tag import tagged
from ui.reading import QuoteState
from ui.routes.document_page import visible_document

router = APIRouter(include_in_schema=False)

# Nothing in such a file may act, also where a browser opens it against our wish.
_INERT = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}
_ENDINGS = {"markdown": "md", "text": "txt"}


class PictureState(QuoteState):
    """What is asked of a page's picture: the characters of the text to mark, and whether it is to be large."""

    large: bool = False


def _pictures(request: Request) -> Pictures:
    return cast(Pictures, request.app.state.pictures)


@router.get("/documents/{document_id}/original")
def original_file(
    document_id: str, assistant: AssistantDep, caller: CallerDep, audit: AuditDep, actor: ActorDep
) -> Response:
    """The file as it was read, to be saved: no browser shows it as a page of this server."""
    document, original, originals = _kept(assistant, caller, document_id)
    path = originals.path(original)
    if actor.role != "widget":
        audit.record(actor, Event(Action.DOCUMENTS_EXPORTED, "document", document.id, {"format": "original"}))
    disposition = f"attachment; filename*=UTF-8''{quote(_name(document), safe='')}"
    media_type = "application/pdf" if document.type == "pdf" else "application/octet-stream"
    headers = {**_INERT, "Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return FileResponse(path, media_type=media_type, headers=headers)


@router.get("/documents/{document_id}/pages/{number}")
def page_picture(
    document_id: str, number: int, request: Request, assistant: AssistantDep, caller: CallerDep,
    pictures: Annotated[Pictures, Depends(_pictures)], state: Annotated[PictureState, Query()],
) -> Response:  # fmt: skip
    """One page of a PDF, with the quoted words marked if at least half of them are found on it."""
    document, original, originals = _kept(assistant, caller, document_id)
    if document.type != "pdf":
        raise NotFound("The original of this document is not kept.")
    span = state.span(len(document.text))
    words = document.text[span.start : span.end] if span else ""
    picture = pictures.page(originals, original, number, words, LARGE if state.large else SMALL)
    response = tagged(request, picture.data, "image/webp", {**_INERT, "X-Marks": str(picture.marks)})
    if document.audience is not Audience.PUBLIC:
        response.headers["Cache-Control"] = "no-store"  # a shared computer should not keep it
    return response


def _name(document: Document) -> str:
    """The file's own name, with the ending of what it is."""
    kind = document.type or "bin"
    ending = f".{_ENDINGS.get(kind, kind)}"
    name = urlsplit(document.uri).path.rpartition("/")[2] or document.id
    return name if name.lower().endswith(ending) else f"{name}{ending}"


def _kept(assistant: Assistant, caller: Caller, document_id: str) -> tuple[Document, Original, Originals]:
    """Raises `NotFound` also where the document has no original, as if there were no such document."""
    document = visible_document(assistant, caller, document_id)
    originals = assistant.index.library.originals
    if document.original is None or originals is None:
        raise NotFound("The original of this document is not kept.")
    return document, document.original, originals
