"""Reports on answers, for administrators: read, decided on, and made into evaluation cases."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from assistant.case_file import case_file
from assistant.cases import Cases
from assistant.event import Action, Event
from assistant.feedback import FeedbackReason, Source
from assistant.question import MAX_QUESTION
from assistant.reviews import LONGEST_NOTE, ReportState, Reviews, WantedReports
from index.errors import InvalidRequest, NotFound
from index.language import detect_language
from ui.auditing import ActorDep, AuditDep
from ui.bodies.review import ANY, CaseForm, DecisionForm, ReviewQuery
from ui.callers import AccessDep, AdminDep, AssistantDep, FeedbackDep
from ui.cursor import divided, time_cursor, time_place
from ui.page import render_page
from ui.review_page import places_of, review_page

router = APIRouter(include_in_schema=False)

_PATH = "/reviews"
_ON_A_PAGE = 50
_NOT_CACHED = {"Cache-Control": "no-store"}


def _reviews(feedback: FeedbackDep) -> Reviews:
    return Reviews(feedback)


ReviewsDep = Annotated[Reviews, Depends(_reviews)]


def _cases(reviews: ReviewsDep, assistant: AssistantDep) -> Cases:
    return Cases(reviews, assistant.index.library)


CasesDep = Annotated[Cases, Depends(_cases)]


@router.get(_PATH)
def list_reports(
    request: Request, reviews: ReviewsDep, cases: CasesDep, caller: AdminDep, access: AccessDep,
    asked: Annotated[ReviewQuery, Query()],
) -> HTMLResponse:  # fmt: skip
    """The newest reports, with the whole choice in the address."""
    found = reviews.find(_ON_A_PAGE + 1, caller.scope, _wanted(asked), time_place("reviews", asked.cursor))
    reports, last = divided(found, _ON_A_PAGE)
    chosen = {name: str(value) for name, value in asked if value is not None and name != "cursor"}
    following = None
    if last is not None:
        cursor = time_cursor("reviews", last.stored.created_at, last.stored.id)
        following = f"{_PATH}?{urlencode({**chosen, 'cursor': cursor})}"
    return render_page(
        request, "reviews.html", reports=reports, chosen=chosen, following=following, any=ANY,
        states=[state.value for state in ReportState], reasons=[reason.value for reason in FeedbackReason],
        sources=[source.value for source in Source], sites={site.id: site.name for site in access.widget.sites.all()},
        languages=reviews.languages(), file=case_file(cases, caller.scope),
    )  # fmt: skip


@router.get(f"{_PATH}/cases.jsonl")
def download_cases(cases: CasesDep, caller: AdminDep, audit: AuditDep, actor: ActorDep) -> Response:
    """The evaluation cases of accepted reports, as `python -m eval answers FILE` reads them."""
    file = case_file(cases, caller.scope)
    audit.record(actor, Event(Action.CASES_EXPORTED, "export", None, {"count": file.count}))
    disposition = {"Content-Disposition": 'attachment; filename="cases.jsonl"'}
    return Response(file.text, media_type="application/jsonl; charset=utf-8", headers={**disposition, **_NOT_CACHED})


@router.get(f"{_PATH}/{{report_id}}")
def read_report(
    report_id: str, request: Request, reviews: ReviewsDep, cases: CasesDep, assistant: AssistantDep, caller: AdminDep,
    access: AccessDep, form: Annotated[CaseForm, Query()],
) -> HTMLResponse:  # fmt: skip
    """One report. With `find` or `document`, the form as it was sent, with the sentences that are found."""
    asked = form if form.find or form.document else None
    return _page(request, reviews, cases, assistant, caller, access, report_id, asked)


@router.post(f"{_PATH}/{{report_id}}")
def decide(
    report_id: str, form: Annotated[DecisionForm, Form()], reviews: ReviewsDep, caller: AdminDep, actor: ActorDep
) -> Response:
    """Open, accepted or dismissed, with a note."""
    reviews.decide(report_id, form.state, form.note, caller.scope, actor)
    return _back(report_id)


@router.post(f"{_PATH}/{{report_id}}/case")
def make_case(
    report_id: str, form: Annotated[CaseForm, Form()], request: Request, reviews: ReviewsDep, cases: CasesDep,
    assistant: AssistantDep, caller: AdminDep, access: AccessDep, actor: ActorDep,
) -> Response:  # fmt: skip
    """Make the case, change it, or take it away."""
    report = reviews.get(report_id, caller.scope)
    if form.remove:
        cases.remove(report_id, caller.scope, actor)
        return _back(report_id)
    if form.expected == "answer" and not form.sentence:
        return _page(request, reviews, cases, assistant, caller, access, report_id, form, "review_unchosen")
    try:
        places = places_of(cases, form, caller.scope & report.scope) if form.expected == "answer" else []
        language = detect_language(form.question, report.language)
        cases.put(report_id, form.question, language, places, caller.scope, actor)
    except (InvalidRequest, NotFound):
        # The report is there: a document has gone since, or there is no question.
        return _page(request, reviews, cases, assistant, caller, access, report_id, form, "page_error_invalid")
    return _back(report_id)


def _page(
    request: Request, reviews: Reviews, cases: Cases, assistant: AssistantDep, caller: AdminDep, access: AccessDep,
    report_id: str, form: CaseForm | None, problem: str | None = None,
) -> HTMLResponse:  # fmt: skip
    """`problem` is the key of a text."""
    report = reviews.get(report_id, caller.scope)
    return render_page(
        request, "review.html", 422 if problem else 200, problem=problem, path=f"{_PATH}/{report_id}",
        page=review_page(assistant, cases, report, caller.scope, form), longest=MAX_QUESTION, longest_note=LONGEST_NOTE,
        states=[state.value for state in ReportState],
        sites={site.id: site.name for site in access.widget.sites.all()},
    )  # fmt: skip


def _wanted(asked: ReviewQuery) -> WantedReports:
    since = datetime.combine(asked.since, time(), UTC) if asked.since else None
    until = datetime.combine(asked.until, time(), UTC) + timedelta(days=1) if asked.until else None
    state = None if asked.state == ANY else ReportState(asked.state)
    return WantedReports(state, asked.reason, asked.source, asked.site, asked.language, since, until)


def _back(report_id: str) -> RedirectResponse:
    return RedirectResponse(f"{_PATH}/{report_id}", 303, _NOT_CACHED)
