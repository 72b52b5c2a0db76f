"""Documents and passages for reference managers, spreadsheets and other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from assistant.audit import Audit
from assistant.event import Action, Actor, Event
from index.errors import InvalidRequest
from ui.auditing import ActorDep, AuditDep
from ui.bodies.export import ExportBody, ExportQuery
from ui.bodies.problem import NOT_MODIFIED, problem_responses
from ui.callers import AssistantDep, CallerDep
from ui.entity_tag import tagged
from ui.exports.format import WRITINGS, Format
from ui.exports.gathering import gathered
from ui.exports.record import Record, hit_records
from ui.filters import chosen_fields
from ui.limits import CountedCall
from ui.page import server_address
from ui.sorting import sorted_search

router = APIRouter(tags=["documents"])

_EXAMPLES = {
    Format.RIS: "TY  - RPRT\nTI  - Guida al ricongiungimento familiare\nER  - \n",
    Format.BIBTEX: "@techreport{6f1c0d5b9e4a3f2071c8,\n\ttitle = {{Guida al ricongiungimento familiare}}\n}\n",
    Format.CSL: [{"id": "6f1c0d5b9e4a3f2071c8", "type": "report", "title": "Guida al ricongiungimento familiare"}],
    Format.CSV: "id,document_id,title\r\n6f1c0d5b9e4a3f2071c8,6f1c0d5b9e4a3f2071c8,Guida\r\n",
    Format.JSONLD: {"@context": "https://schema.org", "@graph": [{"@type": "Report", "headline": "Guida"}]},
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A file in the format that was asked for",
        "content": {
            writing.media_type.partition(";")[0]: {"schema": {}, "example": _EXAMPLES[format_]}
            for format_, writing in WRITINGS.items()
        },
    },
    **NOT_MODIFIED,
    **problem_responses(401, 403, 404, 422, 429, 503),
}


@router.get(
    "/v1/export",
    response_class=Response,
    responses=_RESPONSES,
    dependencies=[CountedCall],
    summary="Export documents or passages",
)
def export(
    request: Request, assistant: AssistantDep, caller: CallerDep, audit: AuditDep, actor: ActorDep,
    asked: Annotated[ExportQuery, Query()],
) -> Response:  # fmt: skip
    """Documents and passages by their ids, or what a search finds, as one file.

    A passage brings its exact words with their page, section and language. All or nothing: where one of the ids does
    not exist, or is not for the caller, the answer is 404 and does not say which.
    """
    server = server_address(request)
    if asked.q is None:
        if not asked.ids or chosen_fields(asked):
            raise InvalidRequest("Name ids, or a search with `q` and filters.")
        records = gathered(assistant.index.library, asked.ids, caller.scope, server)
    else:
        if asked.ids:
            raise InvalidRequest("Name either ids or a search, not both.")
        found = sorted_search(assistant, asked.q, asked.sort, caller.scope, asked.filters(), asked.limit)
        records = hit_records(found.hits, server)
    _record(audit, actor, asked.format, len(records))
    return _file(request, records, asked.format)


@router.post(
    "/v1/export",
    response_class=Response,
    responses={**_RESPONSES, **problem_responses(413)},
    dependencies=[CountedCall],
    summary="Export many documents or passages",
)
def export_many(
    request: Request, assistant: AssistantDep, caller: CallerDep, audit: AuditDep, actor: ActorDep, asked: ExportBody
) -> Response:
    """Like `GET`, for more ids than an address holds."""
    records = gathered(assistant.index.library, asked.ids, caller.scope, server_address(request))
    _record(audit, actor, asked.format, len(records))
    return _file(request, records, asked.format)


def _record(audit: Audit, actor: Actor, format_: Format, count: int) -> None:
    # Visitors read what is public anyway, and are nobody.
    if actor.role != "widget":
        audit.record(actor, Event(Action.DOCUMENTS_EXPORTED, "export", None, {"format": format_, "count": count}))


def _file(request: Request, records: Sequence[Record], format_: Format) -> Response:
    writing = WRITINGS[format_]
    name = f'attachment; filename="missiondesk.{writing.suffix}"'
    return tagged(request, writing.write(records).encode(), writing.media_type, {"Content-Disposition": name})
