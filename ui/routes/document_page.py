"""The page of a document, with the quoted words marked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.access import READER, Caller
from assistant.assistant import Assistant
from index.database import utc_now
from index.document import Document
from index.errors import CredentialNeeded, NotFound
from ui.callers import AssistantDep, CallerDep
from ui.document_page import DocumentPage, original_file, pictures_of, same_text
from ui.embedded import Described, coins, linked_data, meta_tags, signposts
from ui.exports.record import document_record
from ui.languages import country_name
from ui.page import interface_language, render_page
from ui.reading import QuoteState, Text

router = APIRouter(include_in_schema=False)


@router.get("/documents/{document_id}")
def document_page(
    document_id: str, request: Request, assistant: AssistantDep, caller: CallerDep,
    state: Annotated[QuoteState, Query()],
) -> HTMLResponse:  # fmt: skip
    """The stored text; a span that the text does not have is simply not marked."""
    document = visible_document(assistant, caller, document_id)
    library = assistant.index.library
    passages = library.passages.of_document(document_id, caller.scope)
    described = _described(request, document)
    text = Text(document.text, passages, document.landmarks)
    reading = text.read(state, document.title)
    shown = DocumentPage(document, described, reading, state, *same_text(library, document, caller.scope))
    pictures = pictures_of(shown, text)
    response = render_page(
        request, "document.html", shown=shown, document=document, reading=reading,
        quoted=state.span(len(document.text)), tags=meta_tags(described), coins=coins(described.record),
        linked_data=linked_data(described), country=_country(request, document), pictures=pictures,
        pages=text.page_count, original=original_file(document, interface_language(request)),
        is_visitor=caller.role == "widget",
    )  # fmt: skip
    response.headers["Link"] = signposts(described)
    return response


def _described(request: Request, document: Document) -> Described:
    server = str(request.base_url).rstrip("/")
    is_pdf = document.original is not None and document.type == "pdf"
    pdf = f"{server}/documents/{document.id}/original" if is_pdf else None
    record = document_record(document, server)
    return Described(record, document.text, document.read_at or utc_now(), document.translations, pdf)


def _country(request: Request, document: Document) -> str:
    return country_name(document.country, interface_language(request)) if document.country else ""


def visible_document(assistant: Assistant, caller: Caller, document_id: str) -> Document:
    """The document, if the caller may see it. Whoever has no credential is not told whether there is another one."""
    try:
        return assistant.document(document_id, scope=caller.scope)
    except NotFound:
        if caller == READER:
            raise CredentialNeeded("Sign in to see whether there is such a document.") from None
        raise
