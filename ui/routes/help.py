"""The help page of a public site: a form, and answers from public documents, without a script."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from assistant.access import Access, Caller, visitor
from assistant.answer import Answer
from assistant.departure import ReaderLeft
from assistant.dialogue import Dialogue, Event
from assistant.limiter import Limiter
from assistant.question import checked_question
from assistant.sites import Site
from assistant.widget_access import Visit
from index.errors import ForeignOrigin, MissiondeskError, NotFound, SessionExpired
from ui.attendance import NOBODY_THERE, watching
from ui.bodies.help import HelpForm
from ui.callers import AccessDep, AdmissionDep, AssistantDep, DialogueDep
from ui.event_stream import EventStream
from ui.help_page import HelpPage, render_help
from ui.limits import AddressDep, LimiterDep
from ui.page import interface_language
from ui.refusals import log_withheld
from ui.request_log import remember_role
from ui.widget.texts import best_language

router = APIRouter(include_in_schema=False)

_Step = tuple[Event, str | None]


@router.get("/help")
def help_page(
    request: Request, access: AccessDep, assistant: AssistantDep, site: str = "",
    language: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:  # fmt: skip
    """The form; a session begins with the first question only."""
    chosen = best_language(language) if language else interface_language(request)
    try:
        known = access.widget.helped(site)
    except ForeignOrigin as error:
        return render_help(request, HelpPage("", chosen, assistant.contacts((), chosen)), error)
    return render_help(request, HelpPage(known.id, chosen, assistant.contacts(known.contacts, chosen), known.texts))


@router.post("/help")
async def ask(
    form: Annotated[HelpForm, Form()], request: Request, access: AccessDep, assistant: AssistantDep,
    dialogue: DialogueDep, admission: AdmissionDep, limiter: LimiterDep, address: AddressDep,
) -> Response:  # fmt: skip
    """The answer, and the form for the next question, with what is needed to go on from this one."""
    language = best_language(form.language)
    page = HelpPage("", language, assistant.contacts((), language), question=form.question)
    try:
        site = await to_thread.run_sync(access.widget.helped, form.site)
        page = replace(page, site_id=site.id, contacts=assistant.contacts(site.contacts, language), texts=site.texts)
        checked_question(form.question)
        visit = await to_thread.run_sync(_admitted, access, limiter, site, form.session, address)
        page = replace(page, session=access.widget.help_token(visit))
        caller = visitor(visit)
        remember_role(request.scope, caller.role)
        place = await admission.granted(request.is_disconnected)
        stream = EventStream(admission, place, partial(_steps, dialogue, form, caller))
        with closing(stream):
            async with watching(request, stream.close):
                async for event, conversation in stream:
                    if isinstance(event, Answer):
                        page = replace(page, answer=event, conversation=conversation or "", question="")
    except ReaderLeft:
        return Response(status_code=NOBODY_THERE)
    except MissiondeskError as error:
        log_withheld(request, error)
        return render_help(request, page, error)
    return render_help(request, page)


def _admitted(access: Access, limiter: Limiter | None, site: Site, session: str, address: str) -> Visit:
    """The form's session, or a new one where it has none that is in force; the question is counted in it."""
    try:
        visit = access.widget.help_visit(session, site)
    except SessionExpired:
        if limiter is not None:
            limiter.session(site, address)
        visit = access.widget.open_help(site)
    if limiter is not None:
        limiter.question(visitor(visit), address)
    return visit


def _steps(dialogue: Dialogue, form: HelpForm, caller: Caller) -> Generator[_Step]:
    try:
        reply = dialogue.ask(form.question, caller, conversation_id=form.conversation or None, begin=True)
    except NotFound:
        # It has ended with its session.
        reply = dialogue.ask(form.question, caller, begin=True)
    with closing(reply.events):
        for event in reply.events:
            yield event, reply.conversation_id
