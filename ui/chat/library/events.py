"""What happens in the library tab. Each event looks for itself who has sent it, and whether they may."""

from __future__ import annotations

import gradio as gr
from fastapi import Response
from pydantic import ValidationError
from starlette.datastructures import QueryParams

from assistant.messages import message
from index.errors import MissiondeskError
from index.listing import Listing
from ui.bodies.document import AmendmentBody
from ui.chat.escaping import in_language
from ui.chat.library.document import document_html, empty_html
from ui.chat.library.documents import PAGE, list_html, search_html
from ui.chat.library.holdings import holdings_html
from ui.chat.library.jobs import jobs_html
from ui.chat.library.parts import LIBRARY, TAB, head_html, tabs_html
from ui.chat.library.reasons import failure_text
from ui.chat.library.said import AmendSaid, JobsSaid, ListSaid, OpenSaid, RemoveSaid, ShowSaid
from ui.chat.library.upload import upload_html
from ui.chat.library.workroom import Curator, Workroom
from ui.chat.wishes import wishes_of
from ui.routes.documents import amend_document, remove_document
from ui.routes.jobs import cancel_job, retry_job

# What the parts are set to: jobs, search form, list, figures.
Shown = tuple[str, str, str, str]
# After a change: list, opened document, figures.
Changed = tuple[str, str, str]


class Events:
    """The events of one workroom's tab. Every one of them raises `AccessDenied` for who may not change documents.

    Changes go through the API's own routes, so they are checked, guarded and kept in the audit as from anywhere else.
    """

    def __init__(self, workroom: Workroom) -> None:
        self._room = workroom
        self._listing = Listing(workroom.assistant.index.library.engine)

    def greet(self, request: gr.Request) -> tuple[object, ...]:
        """The tab itself for those who may see it: the links to it, its head, the forms; and what it shows if open."""
        if not self._room.is_for(request):
            hidden = gr.HTML(visible=False), gr.Column(visible=False)
            return (*hidden, *[""] * 7)
        curator = self._room.curator(request)
        language = curator.language
        address = QueryParams(request.request.url.query) if request.request else QueryParams()
        opened = LIBRARY if address.get(TAB) == LIBRARY else ""
        shown = self._shown(ShowSaid(), curator) if opened else ("", "", "", "")
        forms = upload_html(self._collections(curator), curator.caller.scope.collections, language)
        upload = in_language(forms, language)
        tabs = gr.HTML(tabs_html(opened, language), visible=True), gr.Column(visible=True)
        return (*tabs, head_html(language), upload, self._document("", curator), *shown)

    def show(self, said: str, request: gr.Request) -> Shown:
        """Everything that changes, as it is now."""
        curator = self._room.curator(request)
        return self._shown(ShowSaid.model_validate_json(said), curator)

    def search(self, said: str, request: gr.Request) -> str:
        """A page of documents."""
        curator = self._room.curator(request)
        return self._list(ListSaid.model_validate_json(said), curator)

    def jobs(self, said: str, request: gr.Request) -> str:
        """The jobs as they stand, after one of them was cancelled or begun again."""
        curator = self._room.curator(request)
        wanted, intake = JobsSaid.model_validate_json(said), self._room.intake
        try:
            if wanted.act == "cancel":
                cancel_job(wanted.id, intake, curator.caller, curator.actor)
            elif wanted.act == "retry":
                retry_job(wanted.id, intake, curator.caller, curator.actor)
        except MissiondeskError as error:
            return self._jobs(wanted.opened, curator, failure_text(error, curator.language))
        return self._jobs(wanted.opened, curator)

    def open(self, said: str, request: gr.Request) -> str:
        """One document, or none."""
        curator = self._room.curator(request)
        return self._document(OpenSaid.model_validate_json(said).id, curator)

    def amend(self, said: str, request: gr.Request) -> Changed:
        """Change what a document is called, who may read it, or its collection."""
        curator = self._room.curator(request)
        wanted = AmendSaid.model_validate_json(said)
        told = message("library_saved", curator.language)
        try:
            amendment = AmendmentBody.model_validate(wanted.amendment)
            amend_document(
                wanted.id, amendment, self._room.assistant, curator.caller, curator.actor, Response(), wanted.tag
            )
        except ValidationError:
            told = message("page_error_invalid", curator.language)
        except MissiondeskError as error:
            told = failure_text(error, curator.language)
        return self._changed(wanted.listing, wanted.id, told, curator)

    def remove(self, said: str, request: gr.Request) -> Changed:
        """Take a document out of the library."""
        curator = self._room.curator(request)
        wanted = RemoveSaid.model_validate_json(said)
        try:
            remove_document(wanted.id, self._room.assistant, curator.caller, curator.actor, wanted.tag)
        except MissiondeskError as error:
            return self._changed(wanted.listing, wanted.id, failure_text(error, curator.language), curator)
        return self._changed(wanted.listing, "", message("library_removed", curator.language), curator)

    # -- what the parts show --------------------------------------------------------------------------------------

    def _shown(self, said: ShowSaid, curator: Curator) -> Shown:
        language, holdings = curator.language, self._listing.holdings(curator.caller.scope)
        return (
            self._jobs(said.opened, curator),
            in_language(search_html(holdings, said.listing, language), language),
            self._list(said.listing, curator),
            in_language(holdings_html(holdings, language), language),
        )

    def _changed(self, listing: ListSaid, document_id: str, told: str, curator: Curator) -> Changed:
        holdings = self._listing.holdings(curator.caller.scope)
        figures = in_language(holdings_html(holdings, curator.language), curator.language)
        return self._list(listing, curator), self._document(document_id, curator, told), figures

    def _jobs(self, opened: list[str], curator: Curator, told: str = "") -> str:
        return in_language(jobs_html(self._room.intake, curator, opened, told), curator.language)

    def _list(self, said: ListSaid, curator: Curator) -> str:
        listed = self._listing.page(curator.caller.scope, said.wanted(), start=said.start, limit=PAGE)
        return in_language(list_html(listed, said, curator.language), curator.language)

    def _document(self, document_id: str, curator: Curator, told: str = "") -> str:
        language = curator.language
        if not document_id:
            return in_language(empty_html(language, told), language)
        try:
            document = self._room.assistant.document(document_id, scope=curator.caller.scope)
        except MissiondeskError as error:
            return in_language(empty_html(language, told or failure_text(error, language)), language)
        return in_language(document_html(document, self._collections(curator), language, told), language)

    def _collections(self, curator: Curator) -> list[str]:
        return list(self._listing.counts("collection", curator.caller.scope))


def failed(request: gr.Request) -> str:
    """After an event that was refused, or that failed: what is told to whoever sent it, whoever that is."""
    language = wishes_of(request).language
    return in_language(empty_html(language, message("library_failed", language)), language)
